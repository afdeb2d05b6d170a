import { describe, expect, it } from 'vitest';
import { AlertSeverity, AlertStatus } from '../../schema/enums.ts';
import { decide, type Decision } from './alert-decision.ts';

const severities = Object.values(AlertSeverity);
const statuses = Object.values(AlertStatus);
const told = (severity: AlertSeverity, units = '5') => ({ severity, title: 'A lot', message: `${units} units` });

describe('without an alert', () => {
  it('nothing found is nothing to do', () => {
    expect(decide(null, null)).toBe('NOTHING');
  });

  it.each(severities)('a cause is raised as %s', (severity) => {
    expect(decide(null, told(severity))).toBe('RAISE');
  });
});

describe('when the cause is gone', () => {
  const wanted: Readonly<Record<AlertStatus, Decision>> = { OPEN: 'RESOLVE', ACKNOWLEDGED: 'RESOLVE', RESOLVED: 'END' };

  it.each(severities.flatMap((severity) => statuses.map((status) => ({ severity, status }))))(
    'one that is $severity and $status',
    ({ severity, status }) => {
      expect(decide({ ...told(severity), status }, null)).toBe(wanted[status]);
    },
  );
});

describe('when the cause is found again', () => {
  const isRise = new Set(['INFO>WARNING', 'INFO>CRITICAL', 'WARNING>CRITICAL']);
  const pairs = severities.flatMap((from) =>
    severities.flatMap((to) => statuses.map((status) => ({ from, to, status, rises: isRise.has(`${from}>${to}`) }))),
  );

  it.each(pairs)('$status, $from to $to', ({ from, to, status, rises }) => {
    const silent = status === 'RESOLVED';
    const rise = silent ? 'RAISE_ANEW' : 'RISE';
    expect(decide({ ...told(from), status }, told(to))).toBe(rises ? rise : 'NOTHING');
    expect(decide({ ...told(from), status }, told(to, '4'))).toBe(rises ? rise : silent ? 'NOTHING' : 'REWORD');
  });

  it('other words are enough to reword it, in the title too', () => {
    const current = { ...told('INFO'), status: 'OPEN' as const };
    expect(decide(current, { ...told('INFO'), title: 'Another' })).toBe('REWORD');
  });
});
