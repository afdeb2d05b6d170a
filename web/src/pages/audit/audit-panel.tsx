import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useOutletContext, useParams } from 'react-router';
import type { ShownList } from '../../api/use-paged-list.ts';
import { instant } from '../../format/dates.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { actionOf, actorOf, recordOf, SealSign } from './audit-columns.tsx';
import type { AuditRow } from './audit-documents.ts';
import { changesOf } from './changes.ts';
import { ChangesTable } from './changes-table.tsx';

export function AuditPanel() {
  const { entryId = '' } = useParams();
  const list = useOutletContext<ShownList<AuditRow>>();
  const row = list.rows.find(({ id }) => id === entryId);
  if (row === undefined) {
    return (
      <SidePanel title="Entry" back="/audit">
        {!list.isLoading && (
          <EmptyState title="Not among those shown">
            Close this, then narrow the days until the entry is shown.
          </EmptyState>
        )}
      </SidePanel>
    );
  }
  const changes = changesOf(row.before, row.after);
  return (
    <SidePanel title={actionOf(row.action)} back="/audit">
      <Stack gap="lg">
        <Facts
          facts={[
            ['Who', actorOf(row)],
            ['When', instant(row.occurredAt)],
            ['Of', recordOf(row)],
            ['Why', row.reason, 'wide'],
            ['Chain', <SealSign key="seal" isSealed={row.sealed} />],
            ['Record', row.entityId, 'wide'],
            ['Request', row.requestId, 'wide'],
          ]}
        />
        <section>
          <Title order={2} mb="xs">
            Before and after
          </Title>
          {changes.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing was changed: it was refused, or it only asked for something.
            </Text>
          ) : (
            <ChangesTable changes={changes} />
          )}
        </section>
        <Group gap="md">
          <Anchor
            component={Link}
            size="sm"
            to={{ pathname: '/audit', search: `entity=${row.entity}&id=${row.entityId}` }}
          >
            All of this record
          </Anchor>
          {row.actor !== null && (
            <Anchor component={Link} size="sm" to={{ pathname: '/audit', search: `actor=${row.actor.id}` }}>
              All by {row.actor.displayName}
            </Anchor>
          )}
        </Group>
      </Stack>
    </SidePanel>
  );
}
