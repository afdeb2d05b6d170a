/** For paper: where to go, what stands there, and room for a figure. Never what is expected. */
import { Button, Table, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { day, instant } from '../../format/dates.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { CountQuery } from './count-documents.ts';
import { linesOfRound, scopeOf, whereOf } from './count-lines.ts';
import classes from './counts.module.css';

export function CountSheet() {
  const { id = '' } = useParams();
  const [{ data }] = useQuery({ query: CountQuery, variables: { id } });
  const count = data?.count;
  if (count == null) return null;
  return (
    <>
      <BackLink to={`/counts/${id}`}>{count.code}</BackLink>
      <PageHeader
        title={`Count sheet ${count.code}`}
        description={`${count.location.name} · ${scopeOf(count)} · started ${instant(count.startedAt, count.location.timeZone)}`}
        actions={
          <Button
            className="lk-screen-only"
            onClick={() => {
              window.print();
            }}
          >
            Print
          </Button>
        }
      />
      <Table.ScrollContainer minWidth={560}>
        <Table withTableBorder withColumnBorders verticalSpacing="xs" aria-label="Count sheet">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>No.</Table.Th>
              <Table.Th>Place</Table.Th>
              <Table.Th>Product</Table.Th>
              <Table.Th>Lot, expiry</Table.Th>
              <Table.Th>Unit</Table.Th>
              <Table.Th w={120}>Counted</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {linesOfRound(count).map((line) => (
              <Table.Tr key={line.id} className={classes.sheetRow}>
                <Table.Td>{line.position}</Table.Td>
                <Table.Td>{whereOf(line)}</Table.Td>
                <Table.Td>
                  {line.productName}
                  <Text size="xs" ff="monospace">
                    {line.batchCode}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {line.lotNumber}
                  <Text size="xs">{line.expiresOn === null ? 'No expiry' : day(line.expiresOn)}</Text>
                </Table.Td>
                <Table.Td>{line.stockUnit}</Table.Td>
                <Table.Td aria-label="To be written" />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <div className={classes.signatures}>
        <span>Counted by, date and signature</span>
        <span>Entered by, date and signature</span>
      </div>
    </>
  );
}
