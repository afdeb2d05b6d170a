/** What came of each line: received, damaged and lost have to make what was shipped. */
import { amount } from '../../format/words.ts';
import { Button, Fieldset, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { given, needed, zeroOrMore } from '../../format/checks.ts';
import { compare, isDecimal, isZero, minus, plus, quantity } from '../../format/decimal.ts';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { useDraftState } from '../../parts/use-draft.ts';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import { ReceiveTransfer, type Transfer, type TransferLine } from './transfer-documents.ts';

interface Came {
  readonly received: string;
  readonly damaged: string;
  readonly lost: string;
  readonly note: string;
}

export interface ReceiveFormProps {
  readonly transfer: Transfer;
  readonly onReceived: () => void;
}

const shippedOf = (line: TransferLine): string => line.shipped ?? line.requested;

function problemOf(line: TransferLine, { received, damaged, lost, note }: Came): string | null {
  const wrong = [received, damaged, lost].map(zeroOrMore).find((problem) => problem !== null);
  if (wrong != null) return wrong;
  const shipped = shippedOf(line);
  const order = compare(plus(received, damaged, lost), shipped);
  if (order > 0) return `That is more than the ${quantity(shipped)} that were shipped.`;
  if (order < 0)
    return `${quantity(minus(shipped, plus(received, damaged, lost)))} of ${quantity(shipped)} are not told yet.`;
  return !isZero(lost) && needed(note) !== null ? 'Say what is known of what is lost.' : null;
}

export function ReceiveForm({ transfer, onReceived }: ReceiveFormProps) {
  const draft = useDraftState<Readonly<Record<string, Came>>>(`receive.${transfer.id}`, () =>
    Object.fromEntries(
      transfer.lines.map((line) => [line.id, { received: shippedOf(line), damaged: '0', lost: '0', note: '' }]),
    ),
  );
  const came = draft.values;
  const [signature, setSignature] = useState(noSignature);
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSubmit(ReceiveTransfer);
  const lines = transfer.lines.flatMap((line) => {
    const of = came[line.id];
    return of === undefined ? [] : [{ line, of, problem: problemOf(line, of) }];
  });
  const needsWitness = lines.some(
    ({ line, of }) => line.product.deaSchedule !== null && (isMore(of.damaged) || isMore(of.lost)),
  );

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (lines.some(({ problem }) => problem !== null)) return;
    const done = await submit({
      transferId: transfer.id,
      lines: lines.map(({ line, of }) => ({
        lineId: line.id,
        received: of.received,
        damaged: of.damaged,
        lost: of.lost,
        note: given(of.note),
      })),
      witness: needsWitness ? signatureOf(signature) : null,
    });
    if (done === null) return;
    draft.drop();
    onReceived();
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate aria-label="Receive">
      <Stack gap="sm">
        <Title order={2}>What came?</Title>
        {lines.map(({ line, of, problem }) => (
          <LineFields
            key={line.id}
            line={line}
            came={of}
            problem={isChecked ? problem : null}
            onChange={(next) => {
              draft.set({ [line.id]: next });
            }}
          />
        ))}
        {needsWitness && (
          <WitnessFields value={signature} onChange={setSignature}>
            Something of a controlled drug is damaged or lost: a second person signs for it.
          </WitnessFields>
        )}
        {refusal !== null && <RefusalNote refusal={refusal} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isSending}>
            Receive
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface LineFieldsProps {
  readonly line: TransferLine;
  readonly came: Came;
  readonly problem: string | null;
  readonly onChange: (came: Came) => void;
}

function LineFields({ line, came, problem, onChange }: LineFieldsProps) {
  const { product, lot } = line;
  const figures = [
    ['received', 'Received'],
    ['damaged', 'Damaged'],
    ['lost', 'Lost'],
  ] as const;
  return (
    <Fieldset legend={product.name} p="sm">
      <Text size="sm" c="dimmed" mb="xs">
        Lot {lot.manufacturerLotNumber} · {amount(shippedOf(line), product.stockUnit)} shipped
        {lot.status === 'RECALLED' && ' · recalled: it goes into quarantine'}
      </Text>
      <SimpleGrid cols={3} spacing="xs">
        {figures.map(([name, label]) => (
          <QuantityInput
            key={name}
            label={label}
            value={came[name]}
            onChange={(value) => {
              onChange({ ...came, [name]: value });
            }}
          />
        ))}
      </SimpleGrid>
      {(isMore(came.damaged) || isMore(came.lost)) && (
        <TextInput
          mt="xs"
          label="What happened"
          required={isMore(came.lost)}
          value={came.note}
          onChange={({ currentTarget }) => {
            onChange({ ...came, note: currentTarget.value });
          }}
        />
      )}
      {problem !== null && (
        <Text size="sm" mt="xs" role="alert" style={{ color: 'var(--lk-bad)' }}>
          {problem}
        </Text>
      )}
    </Fieldset>
  );
}

const isMore = (text: string): boolean => isDecimal(text) && !isZero(text);
