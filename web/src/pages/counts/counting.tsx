/**
 * Counting, line by line, with one thumb: where to go, what stands there, a figure, next. Each figure is recorded at once,
 * so that nothing is lost. A scan of a batch label or a package goes to its line.
 */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useQuery } from 'urql';
import { useApi } from '../../api/api-context.tsx';
import { graphql } from '../../api/graphql.ts';
import { useMay } from '../../app/access.ts';
import { usePageTitle } from '../../app/page-title.ts';
import { usePerson } from '../../app/session.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { useScanner } from '../../parts/scanner.ts';
import { CountQuery, type Count, type CountLine } from './count-documents.ts';
import { HandIn } from './hand-in.tsx';
import { isDone, isOpen, left, linesOfRound, mayCountLine } from './count-lines.ts';
import { CountOneLine } from './count-one-line.tsx';
import classes from './counts.module.css';

const ScannedLot = graphql(`
  query ScannedLot($data: String!) {
    parseBarcode(data: $data) {
      lotNumber
    }
  }
`);

export function Counting() {
  const { id = '' } = useParams();
  usePageTitle('Counting');
  const may = useMay();
  const [{ data }, ask] = useQuery({ query: CountQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const count = data?.count;
  if (count == null) return null;
  return (
    <>
      <BackLink to={`/counts/${id}`}>{count.code}</BackLink>
      {isOpen(count) && may('recordCount') ? (
        <Lines
          key={count.status}
          count={count}
          onRecorded={() => {
            ask({ requestPolicy: 'network-only' });
          }}
        />
      ) : (
        <EmptyState title="Nothing is to be counted here now">
          The count has been handed in or has ended. Go back to it to see how it stands.
        </EmptyState>
      )}
    </>
  );
}

function Lines({ count, onRecorded }: { readonly count: Count; readonly onRecorded: () => void }) {
  const person = usePerson();
  const navigate = useNavigate();
  const lines = linesOfRound(count).filter((line) => mayCountLine(count, line, person.id));
  const firstOpen = lines.findIndex((line) => !isDone(count, line));
  const [at, setAt] = useState(Math.max(firstOpen, 0));
  const [isAtEnd, setIsAtEnd] = useState(firstOpen === -1);
  const [note, setNote] = useState<string | null>(null);
  const go = (index: number) => {
    setNote(null);
    setIsAtEnd(false);
    setAt(Math.min(Math.max(index, 0), lines.length - 1));
  };
  useScan(lines, (found) => {
    if (found === null) setNote('What you scanned is not on this count.');
    else go(found);
  });
  const line = lines[at];
  if (line === undefined || isAtEnd) {
    return (
      <End
        count={count}
        onBack={() => {
          go(0);
        }}
        onHandedIn={() => void navigate(`/counts/${count.id}`)}
      />
    );
  }
  return (
    <div className={classes.screen}>
      <Group justify="space-between">
        <Text component="h1" size="sm" fw={600}>
          {count.status === 'RECOUNTING' ? 'Recount' : 'Line'} {at + 1} of {lines.length}
        </Text>
        <Text size="sm" c="dimmed">
          {left(count).length} left
        </Text>
      </Group>
      {note !== null && (
        <Text size="sm" role="status" style={{ color: 'var(--lk-warn)' }}>
          {note}
        </Text>
      )}
      <CountOneLine
        key={line.id}
        count={count}
        line={line}
        isFirst={at === 0}
        onBack={() => {
          go(at - 1);
        }}
        onNext={(isRecorded) => {
          if (isRecorded) onRecorded();
          if (at + 1 < lines.length) go(at + 1);
          else setIsAtEnd(true);
        }}
      />
    </div>
  );
}

interface EndProps {
  readonly count: Count;
  readonly onBack: () => void;
  readonly onHandedIn: () => void;
}

function End({ count, onBack, onHandedIn }: EndProps) {
  const open = left(count).length;
  return (
    <Stack className={classes.screen} justify="center" align="center" ta="center">
      <Text component="h1" className={classes.product}>
        {open === 0 ? 'All lines are counted' : `${open} still to be counted`}
      </Text>
      <Text c="dimmed" maw={360}>
        {open === 0
          ? 'Hand it in: then it is compared with the books. What differs too much is counted again by somebody else.'
          : 'You have been through your lines. Some were left out, or are for somebody else.'}
      </Text>
      <Group justify="center">
        <Button variant="default" onClick={onBack}>
          From the first line
        </Button>
        {open === 0 && <HandIn count={count} onHandedIn={onHandedIn} />}
      </Group>
    </Stack>
  );
}

/** The label of a batch, or the package of a lot. */
function useScan(lines: readonly CountLine[], tell: (index: number | null) => void): void {
  const { client } = useApi();
  const find = async (data: string) => {
    const byBatch = lines.findIndex(({ batchCode }) => data.includes(batchCode));
    if (byBatch !== -1) {
      tell(byBatch);
      return;
    }
    const answer = await client.query(ScannedLot, { data }).toPromise();
    const lot = answer.data?.parseBarcode.lotNumber ?? data;
    const byLot = lines.findIndex(({ lotNumber }) => lotNumber === lot);
    tell(byLot === -1 ? null : byLot);
  };
  useScanner((data) => void find(data));
}
