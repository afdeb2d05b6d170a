import { Text, Timeline } from '@mantine/core';
import { instant } from '../../format/dates.ts';
import type { Transfer } from './transfer-documents.ts';

interface Step {
  readonly title: string;
  readonly at: string | null;
  readonly by: { readonly displayName: string } | null;
  readonly timeZone: string;
  readonly note?: string | null;
}

/** What has happened and what comes; it ends where it was rejected or cancelled. */
export function TransferSteps({ transfer }: { readonly transfer: Transfer }) {
  const { from, to, status } = transfer;
  const done: Step[] = [
    { title: 'Asked for', at: transfer.requestedAt, by: transfer.requestedBy, timeZone: from.timeZone },
    { title: 'Approved', at: transfer.approvedAt, by: transfer.approvedBy, timeZone: from.timeZone },
    { title: 'Shipped', at: transfer.shippedAt, by: transfer.shippedBy, timeZone: from.timeZone },
    { title: 'Received', at: transfer.receivedAt, by: transfer.receivedBy, timeZone: to.timeZone },
  ];
  const end: Step = {
    title: status === 'REJECTED' ? 'Rejected' : 'Cancelled',
    at: transfer.endedAt,
    by: transfer.endedBy,
    timeZone: from.timeZone,
    note: transfer.endReason,
  };
  const steps = transfer.endedAt === null ? done : [...done.filter(({ at }) => at !== null), end];
  const reached = steps.filter(({ at }) => at !== null).length;
  return (
    <Timeline active={reached - 1} bulletSize={16} lineWidth={2} aria-label="Steps">
      {steps.map(({ title, at, by, timeZone, note }) => (
        <Timeline.Item key={title} title={title}>
          <Text size="xs" c="dimmed">
            {at === null ? 'Not yet' : [instant(at, timeZone), by?.displayName].join(', ')}
          </Text>
          {note != null && <Text size="sm">{note}</Text>}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
