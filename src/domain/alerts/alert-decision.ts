/**
 * What a finding, or that nothing is found any more, means for the one alert of a subject. A severity never falls by
 * itself. What was resolved by hand stays silent until its cause ends or its severity rises. Pure.
 */
import { AlertSeverity, type AlertStatus } from '../../schema/enums.ts';

/** What is told of a cause. */
export interface Told {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly message: string;
}

/** The alert whose cause lasts; RESOLVED is one that was resolved by hand. */
export interface CurrentAlert extends Told {
  readonly status: AlertStatus;
}

/**
 * RAISE: a new alert. RAISE_ANEW: the old one ends, a new one is raised. RISE: its severity. REWORD: its words only,
 * nobody is told. RESOLVE: its cause is gone. END: the same of one that was resolved by hand, nobody is told.
 */
export type Decision = 'NOTHING' | 'RAISE' | 'RAISE_ANEW' | 'RISE' | 'REWORD' | 'RESOLVE' | 'END';

export function decide(current: CurrentAlert | null, found: Told | null): Decision {
  if (current === null) return found === null ? 'NOTHING' : 'RAISE';
  const isSilent = current.status === 'RESOLVED';
  if (found === null) return isSilent ? 'END' : 'RESOLVE';
  if (isHigher(found.severity, current.severity)) return isSilent ? 'RAISE_ANEW' : 'RISE';
  const isReworded = found.title !== current.title || found.message !== current.message;
  return isReworded && !isSilent ? 'REWORD' : 'NOTHING';
}

const severities = Object.values(AlertSeverity);

function isHigher(severity: AlertSeverity, than: AlertSeverity): boolean {
  return severities.indexOf(severity) > severities.indexOf(than);
}
