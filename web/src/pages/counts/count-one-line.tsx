import { unitOf } from '../../format/words.ts';
import { Button, Group, Text } from '@mantine/core';
import IconBackspace from '@tabler/icons-react/icons/IconBackspace';
import { useEffect, useRef, type SyntheticEvent } from 'react';
import { useSend } from '../../api/use-submit.ts';
import { zeroOrMore } from '../../format/checks.ts';
import { day } from '../../format/dates.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { useDraftState } from '../../parts/use-draft.ts';
import { RecordCount, type Count, type CountLine } from './count-documents.ts';
import { figureOf, whereOf } from './count-lines.ts';
import classes from './counts.module.css';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0'] as const;

export interface CountOneLineProps {
  readonly count: Count;
  readonly line: CountLine;
  readonly isFirst: boolean;
  readonly onBack: () => void;
  /** False where it was only passed over. */
  readonly onNext: (isRecorded: boolean) => void;
}

export function CountOneLine({ count, line, isFirst, onBack, onNext }: CountOneLineProps) {
  const before = figureOf(count, line);
  const draft = useDraftState(`count.${line.id}.${count.status}`, () => ({ typed: before ?? '' }));
  const { typed } = draft.values;
  const setTyped = (text: string) => {
    draft.set({ typed: text });
  };
  const { submit, isSending, refusal } = useSend(RecordCount);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed === '' || typed === before) {
      draft.drop();
      onNext(false);
      return;
    }
    if (zeroOrMore(typed) !== null) return;
    const done = await submit({ countId: count.id, lines: [{ lineId: line.id, counted: typed }] });
    if (done === null) return;
    draft.drop();
    onNext(true);
  };
  const problem = typed === '' ? null : zeroOrMore(typed);
  return (
    <form
      onSubmit={(event) => void send(event)}
      noValidate
      className={classes.screen}
      style={{ minHeight: 0, flex: 1, width: '100%' }}
    >
      <div className={`lk-card ${classes.line ?? ''}`}>
        <div className={classes.place}>{whereOf(line) || 'No place is written down'}</div>
        <h2 className={classes.product}>{line.productName}</h2>
        <Text size="sm">
          Lot <strong>{line.lotNumber}</strong>
          {line.expiresOn === null ? '' : `, expires ${day(line.expiresOn)}`}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {line.batchCode}
        </Text>
      </div>
      <div className={classes.figure}>
        <input
          ref={field}
          aria-label={`How many ${line.stockUnit}`}
          inputMode="none"
          autoComplete="off"
          value={typed}
          aria-invalid={problem !== null}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value.replace(',', '.').replace(/[^\d.]/g, ''));
          }}
        />
        <Text size="lg" c="dimmed">
          {unitOf(zeroOrMore(typed) === null ? typed : '2', line.stockUnit)}
        </Text>
      </div>
      {problem !== null && (
        <Text size="sm" role="alert" style={{ color: 'var(--lk-bad)' }}>
          {problem}
        </Text>
      )}
      {refusal !== null && <RefusalNote refusal={refusal} />}
      <div className={classes.keys} role="group" aria-label="Digits">
        {keys.map((key) => (
          <button
            key={key}
            type="button"
            tabIndex={-1}
            onClick={() => {
              setTyped(typed === before ? key : typed + key);
            }}
          >
            {key}
          </button>
        ))}
        <button
          type="button"
          tabIndex={-1}
          aria-label="Take the last digit away"
          onClick={() => {
            setTyped(typed.slice(0, -1));
          }}
        >
          <IconBackspace size={26} stroke={1.5} />
        </button>
      </div>
      <Group grow preventGrowOverflow={false} gap="xs">
        <Button size="lg" variant="default" px="xs" onClick={onBack} disabled={isFirst} style={{ flex: '0 0 34%' }}>
          Back
        </Button>
        <Button size="lg" type="submit" loading={isSending} style={{ flex: '1 1 60%' }}>
          {typed === '' ? 'Later' : 'Next'}
        </Button>
      </Group>
    </form>
  );
}
