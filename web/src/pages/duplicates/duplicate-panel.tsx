import { Stack, Title } from '@mantine/core';
import { useOutletContext, useParams } from 'react-router';
import type { ShownList } from '../../api/use-paged-list.ts';
import { instant } from '../../format/dates.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { comparedFields, duplicateStates, evidenceOfPair, sureness } from './compared.ts';
import type { DuplicateRow } from './duplicate-documents.ts';
import { DuplicateDeeds } from './duplicate-deeds.tsx';
import { SideBySide } from './side-by-side.tsx';

export function DuplicatePanel() {
  const { candidateId = '' } = useParams();
  const list = useOutletContext<ShownList<DuplicateRow>>();
  const row = list.rows.find(({ id }) => id === candidateId);
  if (row === undefined) {
    return (
      <SidePanel title="Pair" back="/duplicates">
        {!list.isLoading && (
          <EmptyState title="Not among those shown">
            Somebody may have decided it meanwhile. Look under “Merged”.
          </EmptyState>
        )}
      </SidePanel>
    );
  }
  return (
    <SidePanel title={`One person? ${sureness(row.confidence)} alike`} back="/duplicates">
      <Stack gap="lg">
        <SideBySide fields={comparedFields(row)} />
        <DuplicateDeeds key={row.status} row={row} onDone={list.patch} />
        <section>
          <Title order={2} mb="sm">
            Of the pair
          </Title>
          <Facts
            facts={[
              ['State', duplicateStates[row.status]],
              ['Decided', row.decidedAt === null ? null : instant(row.decidedAt)],
              ['By', row.decidedBy?.displayName],
              ['Note', row.note],
              ...evidenceOfPair(row),
            ]}
          />
        </section>
      </Stack>
    </SidePanel>
  );
}
