import { Text } from '@mantine/core';
import { refusalTitle } from '../../api/refusals.ts';
import { instant } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { Sign } from '../../parts/sign.tsx';
import type { AuditRow } from './audit-documents.ts';

/** "approveTransfer" is "Approve transfer"; of a refusal it is what was refused: "Not enough". */
export function actionOf(action: string): string {
  return refusalTitle(action) ?? words(action.replaceAll(/([a-z])([A-Z])/g, '$1 $2'));
}

export const actorOf = ({ actor }: Pick<AuditRow, 'actor'>) => actor?.displayName ?? 'Nobody signed in';

/** "Stock"; of a record of a person, whose: "User: Mara Manager". */
export function recordOf({ entity, user }: Pick<AuditRow, 'entity' | 'user'>): string {
  return user === null ? words(entity) : `${words(entity)}: ${user.displayName}`;
}

export function SealSign({ isSealed }: { readonly isSealed: boolean }) {
  return isSealed ? <Sign tone="good">Sealed</Sign> : <Sign tone="calm">Not yet sealed</Sign>;
}

export const auditColumns: Column<AuditRow>[] = [
  {
    id: 'action',
    header: 'What',
    width: 'minmax(180px, 1.4fr)',
    card: 'lead',
    cell: ({ action, entity, user }) => (
      <>
        <Text component="span" inherit fw={550}>
          {actionOf(action)}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block">
          {recordOf({ entity, user })}
        </Text>
      </>
    ),
  },
  { id: 'actor', header: 'Who', width: 'minmax(130px, 1fr)', cell: actorOf },
  { id: 'when', header: 'When', width: '160px', cell: ({ occurredAt }) => instant(occurredAt) },
  { id: 'reason', header: 'Why', width: 'minmax(140px, 1.4fr)', from: 860, card: 'none', cell: ({ reason }) => reason },
  {
    id: 'sealed',
    header: 'Chain',
    width: '124px',
    card: 'side',
    cell: ({ sealed }) => <SealSign isSealed={sealed} />,
  },
];

export const auditCsv: CsvColumns<AuditRow> = [
  ['When', ({ occurredAt }) => occurredAt],
  ['Who', actorOf],
  ['What', ({ action }) => action],
  ['Of', ({ entity }) => entity],
  ['Whom', ({ user }) => user?.displayName],
  ['Id', ({ entityId }) => entityId],
  ['Why', ({ reason }) => reason],
  ['Before', ({ before }) => (before === null ? null : JSON.stringify(before))],
  ['After', ({ after }) => (after === null ? null : JSON.stringify(after))],
  ['Request', ({ requestId }) => requestId],
  ['Sealed', ({ sealed }) => (sealed ? 'yes' : 'no')],
];
