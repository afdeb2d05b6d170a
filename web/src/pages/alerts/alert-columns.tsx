import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { ago, instant, withDays, zoned } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import { alertLink } from '../../parts/alert-link.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { Sign } from '../../parts/sign.tsx';
import classes from './alerts.module.css';
import type { WantedDeed } from './alert-deed.tsx';
import type { AlertRow } from './alert-documents.ts';

const tones = { CRITICAL: 'bad', WARNING: 'warn', INFO: 'calm' } as const;

export interface AlertColumnsOptions {
  readonly mayAcknowledge: boolean;
  readonly mayResolve: boolean;
  readonly onWant: (wanted: WantedDeed) => void;
}

export function alertColumns(options: AlertColumnsOptions): Column<AlertRow>[] {
  return [
    {
      id: 'title',
      header: 'Alert',
      width: 'minmax(240px, 5fr)',
      card: 'lead',
      cell: (alert) => <Told alert={alert} />,
    },
    {
      id: 'message',
      header: 'What was found',
      width: '0',
      card: 'text',
      isOnlyOnCards: true,
      cell: ({ message }) => (
        <Text component="span" size="sm" c="dimmed">
          {withDays(message)}
        </Text>
      ),
    },
    {
      id: 'severity',
      header: 'Severity',
      width: '92px',
      card: 'side',
      cell: ({ severity }) => <Sign tone={tones[severity]}>{words(severity)}</Sign>,
    },
    {
      id: 'location',
      header: 'Location',
      width: 'minmax(150px, 1.2fr)',
      from: 900,
      cell: ({ location }) => location?.name ?? 'Everywhere',
    },
    {
      id: 'raised',
      header: 'Raised',
      width: '96px',
      from: 760,
      cell: ({ createdAt, location }) => <span title={instant(createdAt, location?.timeZone)}>{ago(createdAt)}</span>,
    },
    {
      id: 'state',
      header: 'State',
      width: '204px',
      cell: (alert) => <State alert={alert} {...options} />,
    },
  ];
}

function Told({ alert }: { readonly alert: AlertRow }) {
  const { title, message, status } = alert;
  const link = alertLink(alert);
  const weight = status === 'OPEN' ? 600 : 400;
  return (
    <>
      {link === null ? (
        <Text component="span" inherit fw={weight}>
          {withDays(title)}
        </Text>
      ) : (
        <Anchor component={Link} to={link} inherit c="inherit" fw={weight}>
          {withDays(title)}
        </Anchor>
      )}
      <Text size="sm" c="dimmed" className={classes.message}>
        {withDays(message)}
      </Text>
    </>
  );
}

function State({ alert, mayAcknowledge, mayResolve, onWant }: AlertColumnsOptions & { readonly alert: AlertRow }) {
  const { status, acknowledgedBy, resolvedBy, resolvedAt, resolution, location } = alert;
  if (status === 'RESOLVED') {
    return (
      <Text size="sm">
        {resolvedBy === null ? 'By itself' : resolvedBy.displayName}
        {resolvedAt === null ? '' : `, ${instant(resolvedAt, location?.timeZone)}`}
        {resolution === null ? '' : `: ${resolution}`}
      </Text>
    );
  }
  return (
    <Group gap={6}>
      {status === 'ACKNOWLEDGED' && <Text size="sm">{acknowledgedBy?.displayName ?? 'Somebody'} is at it</Text>}
      {status === 'OPEN' && mayAcknowledge && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            onWant({ alert, deed: 'acknowledge' });
          }}
        >
          Acknowledge
        </Button>
      )}
      {mayResolve && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            onWant({ alert, deed: 'resolve' });
          }}
        >
          Resolve
        </Button>
      )}
      {status === 'OPEN' && !mayAcknowledge && <Text size="sm">Open</Text>}
    </Group>
  );
}

export const alertCsv: CsvColumns<AlertRow> = [
  ['Type', ({ type }) => type],
  ['Severity', ({ severity }) => severity],
  ['State', ({ status }) => status],
  ['Title', ({ title }) => title],
  ['Message', ({ message }) => message],
  ['Location', ({ location }) => location?.name],
  ['Raised at', ({ createdAt, location }) => zoned(createdAt, location?.timeZone)],
  ['Acknowledged by', ({ acknowledgedBy }) => acknowledgedBy?.displayName],
  ['Acknowledged at', ({ acknowledgedAt, location }) => zoned(acknowledgedAt, location?.timeZone)],
  ['Resolved by', ({ resolvedBy }) => resolvedBy?.displayName],
  ['Resolved at', ({ resolvedAt, location }) => zoned(resolvedAt, location?.timeZone)],
  ['Resolution', ({ resolution }) => resolution],
];
