/** Notices of a feed that may concern a lot here: what agrees, and a person's decision. */
import { Anchor, Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { instant } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import type { RecallMatchesQuery, RecallMatchStatus } from '../../generated/graphql.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { Sign } from '../../parts/sign.tsx';
import { DecideMatch } from './decide-match.tsx';
import { evidenceFacts } from './evidence.ts';
import { MatchesQuery, type Match } from './recall-documents.ts';
import { ClassSign, matchKinds } from './recall-signs.tsx';

const states: readonly RecallMatchStatus[] = ['PENDING', 'CONFIRMED', 'DISMISSED'];

export function RecallMatches() {
  const [status, setStatus] = useState<RecallMatchStatus>('PENDING');
  const query: PagedQuery<RecallMatchesQuery, { status: RecallMatchStatus }, Match> = {
    document: MatchesQuery,
    variables: { status },
    pick: ({ recallMatches }) => recallMatches,
  };
  const list = usePagedList(query);
  useRefresh(() => void list.reload());
  const { rows, isLoading, hasMore, refusal, loadMore, reload } = list;
  return (
    <Stack gap="md">
      <Select
        aria-label="Decided or not"
        allowDeselect={false}
        w={{ base: '100%', xs: 180 }}
        data={[
          { value: 'PENDING', label: 'To decide' },
          { value: 'CONFIRMED', label: 'Confirmed' },
          { value: 'DISMISSED', label: 'Dismissed' },
        ]}
        value={status}
        onChange={(value) => {
          setStatus(states.find((each) => each === value) ?? 'PENDING');
        }}
      />
      {refusal !== null && <RefusalNote refusal={refusal} />}
      {!isLoading && rows.length === 0 && (
        <EmptyState title={status === 'PENDING' ? 'No notice waits for a decision' : 'Nothing here'}>
          Notices of the recall feed are held against every lot that is or was here. That none matches never means that
          something is safe: a recall that one hears of otherwise is issued by hand.
        </EmptyState>
      )}
      {rows.map((match) => (
        <MatchCard key={match.id} match={match} onDecided={() => void reload()} />
      ))}
      {hasMore && (
        <Button variant="default" loading={isLoading} onClick={() => void loadMore()}>
          More
        </Button>
      )}
    </Stack>
  );
}

function MatchCard({ match, onDecided }: { readonly match: Match; readonly onDecided: () => void }) {
  const may = useMay();
  const [decision, setDecision] = useState<'confirm' | 'dismiss' | null>(null);
  const [kind, meaning] = matchKinds[match.kind];
  const lot = match.lot === null ? '' : `, lot ${match.lot.manufacturerLotNumber}`;
  return (
    <section className="lk-card" style={{ padding: 16 }} aria-label={`Notice ${match.noticeNumber}`}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb={4}>
        <Title order={2}>
          {match.product?.name ?? 'Product'}
          {lot}
        </Title>
        <ClassSign recallClass={match.recallClass} />
      </Group>
      <Text size="sm" mb="sm">
        <Sign tone={match.kind === 'EXACT_LOT' ? 'bad' : 'warn'}>{kind}</Sign> {meaning}
      </Text>
      <Facts
        facts={[
          ['Notice', match.noticeNumber],
          ['Why it is recalled', match.reason, 'wide'],
          ['Product, word for word', match.productDescription, 'wide'],
          ['Lots, word for word', match.codeInfo, 'wide'],
          ...evidenceFacts(match.evidence),
        ]}
      />
      {match.status === 'PENDING' ? (
        may('decideRecallMatch') && (
          <Group mt="md" gap="xs">
            <Button
              color="red.9"
              onClick={() => {
                setDecision('confirm');
              }}
            >
              It concerns us…
            </Button>
            <Button
              variant="default"
              onClick={() => {
                setDecision('dismiss');
              }}
            >
              Dismiss…
            </Button>
          </Group>
        )
      ) : (
        <Decided match={match} />
      )}
      {decision !== null && (
        <DecideMatch
          match={match}
          confirms={decision === 'confirm'}
          onDecided={() => {
            setDecision(null);
            onDecided();
          }}
          onClose={() => {
            setDecision(null);
          }}
        />
      )}
    </section>
  );
}

function Decided({ match: { status, decidedAt, decidedBy, note, recall } }: { readonly match: Match }) {
  return (
    <Text size="sm" mt="md">
      {words(status)}
      {decidedBy === null || decidedAt === null ? '' : ` by ${decidedBy.displayName}, ${instant(decidedAt)}`}.{' '}
      {note !== null && `“${note}” `}
      {recall !== null && (
        <Anchor component={Link} to={`/recalls/${recall.id}`} inherit>
          Recall {recall.reference}
        </Anchor>
      )}
    </Text>
  );
}
