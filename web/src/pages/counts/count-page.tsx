/** One count: how far it is, what is to be done and by whom, and its lines. */
import { Alert, Button, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { whole, wholeList } from '../../api/whole-list.ts';
import { useMay } from '../../app/access.ts';
import { usePerson } from '../../app/session.ts';
import { useMoney } from '../../app/settings.tsx';
import { instant } from '../../format/dates.ts';
import { change } from '../../format/decimal.ts';
import { counted } from '../../format/words.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { CountQuery, type Count } from './count-documents.ts';
import { EndCount, type CountEnd } from './end-count.tsx';
import { HandIn } from './hand-in.tsx';
import { lineColumns, lineCsv } from './line-columns.tsx';
import { hasCounted, isOpen, left, linesOfRound, mayCountLine, scopeOf, shownLines } from './count-lines.ts';
import { CountSign } from './count-sign.tsx';

export function CountPage() {
  const { id = '' } = useParams();
  const [{ data, error }, ask] = useQuery({ query: CountQuery, variables: { id } });
  const read = () => {
    ask({ requestPolicy: 'network-only' });
  };
  useRefresh(read);
  const count = data?.count;
  return (
    <>
      <BackLink to="/counts">Counts</BackLink>
      {count == null ? (
        <>
          <PageHeader title="Count" />
          {error !== undefined && <RefusalNote refusal={refusalOf(error)} />}
          {count === null && <Text>There is no such count, or it is at a location that is not yours.</Text>}
        </>
      ) : (
        <CountView count={count} onChanged={read} />
      )}
    </>
  );
}

function CountView({ count, onChanged }: { readonly count: Count; readonly onChanged: () => void }) {
  const money = useMoney();
  const { timeZone } = count.location;
  const at = (iso: string | null) => (iso === null ? null : instant(iso, timeZone));
  return (
    <Stack gap="md">
      <div>
        <PageHeader
          title={scopeOf(count)}
          description={
            <>
              <CountSign status={count.status} /> {count.code} · {count.location.name}
              {count.blind ? ' · blind' : ''}
            </>
          }
          actions={<Deeds count={count} onChanged={onChanged} />}
        />
        <Round count={count} />
      </div>
      <Facts
        facts={[
          ['Started', at(count.startedAt)],
          ['By', count.startedBy.displayName],
          ['Handed in', at(count.submittedAt)],
          ['Approved and posted', at(count.approvedAt)],
          ['Approved by', count.approvedBy?.displayName ?? null],
          ['Cancelled', at(count.cancelledAt)],
          ['Difference', count.varianceQuantity === null ? null : change(count.varianceQuantity)],
          ['At cost', count.varianceValue === null ? null : money.exact(count.varianceValue)],
        ]}
      />
      <DataTable
        label="Lines"
        columns={lineColumns(count, money)}
        list={wholeList(shownLines(count))}
        empty={<EmptyState title="Nothing to count">No batch had units there when the count was started.</EmptyState>}
      />
    </Stack>
  );
}

/** How far this round is, and who has to do what. */
function Round({ count }: { readonly count: Count }) {
  const person = usePerson();
  const may = useMay();
  if (!isOpen(count)) {
    if (count.status !== 'SUBMITTED' || !may('approveCount') || !hasCounted(count, person.id)) return null;
    return <Alert variant="outline">You have counted some of it: another manager has to approve it.</Alert>;
  }
  const all = linesOfRound(count).length;
  const open = left(count);
  const own = open.filter((line) => !mayCountLine(count, line, person.id)).length;
  return (
    <Stack gap={6}>
      <Text size="sm">
        <strong>
          {all - open.length} of {counted(all, 'line')}
        </strong>{' '}
        {count.status === 'RECOUNTING' ? 'recounted: they differed by too much.' : 'counted.'}
      </Text>
      <Progress
        value={all === 0 ? 100 : ((all - open.length) / all) * 100}
        aria-label={`${all - open.length} of ${all} lines are counted`}
      />
      {own > 0 && (
        <Alert variant="outline" mt={6}>
          You have counted {counted(own, 'line')} that {own === 1 ? 'is' : 'are'} to be counted again: somebody else has
          to do that.
        </Alert>
      )}
    </Stack>
  );
}

function Deeds({ count, onChanged }: { readonly count: Count; readonly onChanged: () => void }) {
  const may = useMay();
  const person = usePerson();
  const [end, setEnd] = useState<CountEnd | null>(null);
  const open = left(count);
  const counts = isOpen(count) && may('recordCount');
  const own = open.filter((line) => mayCountLine(count, line, person.id)).length;
  const approves = count.status === 'SUBMITTED' && may('approveCount') && !hasCounted(count, person.id);
  const query = {
    document: CountQuery,
    variables: { id: count.id },
    pick: ({ count: found }: { readonly count: Count | null }) => whole(found?.lines ?? []),
  };
  return (
    <>
      <CsvExport query={query} columns={lineCsv} name={count.code} />
      <Button component={Link} to={`/counts/${count.id}/sheet`} variant="default">
        Print sheet
      </Button>
      {count.status !== 'APPROVED' && count.status !== 'CANCELLED' && may('cancelCount') && (
        <Button
          variant="default"
          onClick={() => {
            setEnd('cancel');
          }}
        >
          Cancel…
        </Button>
      )}
      {counts && own > 0 && (
        <Button component={Link} to={`/counts/${count.id}/count`}>
          {count.status === 'RECOUNTING' ? 'Recount' : 'Count'}
        </Button>
      )}
      {counts && open.length === 0 && <HandIn count={count} onHandedIn={onChanged} />}
      {approves && (
        <Button
          onClick={() => {
            setEnd('approve');
          }}
        >
          Approve…
        </Button>
      )}
      {end !== null && (
        <EndCount
          end={end}
          count={count}
          onDone={() => {
            setEnd(null);
            onChanged();
          }}
          onClose={() => {
            setEnd(null);
          }}
        />
      )}
    </>
  );
}
