import { Button, Table, Text } from '@mantine/core';
import { useEffect } from 'react';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { instant, zoned } from '../../format/dates.ts';
import { change, quantity } from '../../format/decimal.ts';
import { words } from '../../format/words.ts';
import type { StockLedgerQuery, TransactionFilter } from '../../generated/graphql.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { StockLedger, type LedgerLine, type StockDetail } from './detail-documents.ts';
import classes from './ledger.module.css';

/** Every change of the batch, the newest first; the lines add up to what is on the shelf. */
export function LedgerOfStock({ stock }: { readonly stock: StockDetail }) {
  const query: PagedQuery<StockLedgerQuery, { filter: TransactionFilter }, LedgerLine> = {
    document: StockLedger,
    variables: { filter: { stockId: stock.id } },
    pick: ({ inventoryTransactions }) => inventoryTransactions,
  };
  const { rows, hasMore, isLoading, refusal, loadMore, reload } = usePagedList(query);
  useEffect(() => {
    void reload();
  }, [stock.version, reload]);
  const { timeZone } = stock.location;
  if (refusal !== null) return <RefusalNote refusal={refusal} />;
  return (
    <>
      <Table aria-label="Ledger" aria-busy={isLoading && rows.length === 0} className={classes.ledger}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th ta="end">Change</Table.Th>
            <Table.Th ta="end">After</Table.Th>
            <Table.Th className={classes.wide}>When and who</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((line) => (
            <Line key={line.id} line={line} timeZone={timeZone} />
          ))}
        </Table.Tbody>
      </Table>
      <div className={classes.foot}>
        {hasMore && (
          <Button variant="default" size="xs" loading={isLoading} onClick={() => void loadMore()}>
            Show older lines
          </Button>
        )}
        <CsvExport query={query} columns={ledgerCsv(timeZone)} name={`ledger-${stock.batchCode}`} />
      </div>
    </>
  );
}

/** The type names the place already: of "Quarantine" one need not say that it is quarantine. */
function names({ type, bucket }: LedgerLine): boolean {
  return bucket === 'ON_HAND' || type.includes(bucket.slice(0, 4));
}

function Line({ line, timeZone }: { readonly line: LedgerLine; readonly timeZone: string }) {
  return (
    <Table.Tr>
      <Table.Td>
        {words(line.type)}
        {!names(line) && (
          <Text component="span" size="xs" c="dimmed">
            {' '}
            · {words(line.bucket)}
          </Text>
        )}
        {line.reason !== null && (
          <Text size="xs" c="dimmed">
            {line.reason}
          </Text>
        )}
        <Text size="xs" c="dimmed" className={classes.narrow}>
          {instant(line.occurredAt, timeZone)}, {line.performedBy.displayName}
        </Text>
      </Table.Td>
      <Table.Td ta="end" fw={550} className={classes.number}>
        {change(line.quantityChange)}
      </Table.Td>
      <Table.Td ta="end" className={classes.number}>
        {quantity(line.quantityAfter)}
      </Table.Td>
      <Table.Td className={classes.wide}>
        {instant(line.occurredAt, timeZone)}
        <Text size="xs" c="dimmed">
          {line.performedBy.displayName}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

const ledgerCsv = (timeZone: string): CsvColumns<LedgerLine> => [
  ['Type', (line) => line.type],
  ['Bucket', (line) => line.bucket],
  ['Before', (line) => line.quantityBefore],
  ['Change', (line) => line.quantityChange],
  ['After', (line) => line.quantityAfter],
  ['Unit cost', (line) => line.unitCost],
  ['Reason', (line) => line.reason],
  ['Occurred at', (line) => zoned(line.occurredAt, timeZone)],
  ['Recorded at', (line) => zoned(line.recordedAt, timeZone)],
  ['By', (line) => line.performedBy.displayName],
];
