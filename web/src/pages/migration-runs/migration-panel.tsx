import { Alert, Stack, Table, Text, Title } from '@mantine/core';
import { useOutletContext, useParams } from 'react-router';
import type { ShownList } from '../../api/use-paged-list.ts';
import { instant } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { countsOf } from './counts-of.ts';
import { RunState, sourceOf, tookOf } from './migration-columns.tsx';
import type { MigrationRow } from './migration-documents.ts';

export function MigrationPanel() {
  const { runId = '' } = useParams();
  const list = useOutletContext<ShownList<MigrationRow>>();
  const run = list.rows.find(({ id }) => id === runId);
  if (run === undefined) {
    return (
      <SidePanel title="Run" back="/migration-runs">
        {!list.isLoading && <EmptyState title="No such run">The last 200 are listed.</EmptyState>}
      </SidePanel>
    );
  }
  return (
    <SidePanel title={sourceOf(run)} back="/migration-runs">
      <Stack gap="lg">
        {run.error !== null && (
          <Alert
            variant="outline"
            color="red"
            title={`It stopped${run.phase === null ? '' : ` in ${words(run.phase).toLowerCase()}`}`}
          >
            {run.error}
          </Alert>
        )}
        <Facts
          facts={[
            ['State', <RunState key="state" status={run.status} />],
            ['Type', words(run.type)],
            ['On trial', run.dryRun ? 'Yes, nothing was kept' : null],
            ['Phase', run.phase === null ? null : words(run.phase)],
            ['Started', instant(run.startedAt)],
            ['Finished', run.finishedAt === null ? null : instant(run.finishedAt)],
            ['Took', tookOf(run)],
          ]}
        />
        <section>
          <Title order={2} mb="sm">
            Rows
          </Title>
          <Counts counts={run.counts} />
        </section>
      </Stack>
    </SidePanel>
  );
}

function Counts({ counts }: { readonly counts: unknown }) {
  const { columns, rows } = countsOf(counts);
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None have been counted.
      </Text>
    );
  }
  return (
    // Who goes by keyboard has to reach it to scroll.
    <div role="region" aria-label="Rows by table" tabIndex={0} style={{ overflowX: 'auto' }}>
      <Table aria-label="Rows by table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Table</Table.Th>
            {columns.map((name) => (
              <Table.Th key={name} ta="end">
                {words(name)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ table, counts: each }) => (
            <Table.Tr key={table}>
              <Table.Td>{table}</Table.Td>
              {columns.map((name) => (
                <Table.Td key={name} ta="end">
                  {each[name]?.toLocaleString('en-US') ?? '–'}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
