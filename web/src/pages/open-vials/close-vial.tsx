/** The end of a vial: used, wasted and remaining make it whole; what remains is waste, with a reason. */
import { Button, Group, Modal, Select, Stack, Table, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type SyntheticEvent } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { given, needed } from '../../format/checks.ts';
import { isZero, quantity } from '../../format/decimal.ts';
import type { WasteReason } from '../../generated/graphql.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { needsNote, wasteReasonOptions, isWasteReason } from '../../parts/waste-reasons.ts';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import { unitOf } from './doses-bar.tsx';
import { doses } from './vial-columns.tsx';
import { CloseVial, type Vial } from './vial-documents.ts';

export interface CloseVialFormProps {
  readonly vial: Vial;
  readonly onClosed: () => void;
  readonly onLeave: () => void;
}

export function CloseVialForm({ vial, onClosed, onLeave }: CloseVialFormProps) {
  const hasRest = !isZero(vial.remainingDoses);
  const [reason, setReason] = useState<WasteReason | null>(null);
  const [note, setNote] = useState('');
  const [signature, setSignature] = useState(noSignature);
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSubmit(CloseVial);
  const needsWitness = (hasRest && vial.product.deaSchedule !== null) || refusal?.code === 'WITNESS_REQUIRED';
  const noReason = hasRest && reason === null ? 'Why is it thrown away?' : null;
  const noNote = reason !== null && needsNote(reason) ? needed(note) : null;

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (noReason !== null || noNote !== null) return;
    const done = await submit({
      sessionId: vial.id,
      wasteReason: reason,
      note: given(note),
      witness: signatureOf(signature),
    });
    if (done === null) return;
    const { waste } = done.closeVial;
    notifications.show({
      message: waste === null ? 'The vial is closed.' : `The vial is closed; ${doses(waste.quantity, vial)} are waste.`,
    });
    onClosed();
  };

  return (
    <Modal opened onClose={onLeave} title="Close the vial" centered closeButtonProps={{ 'aria-label': 'Leave it' }}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <Stack gap="md">
          <Reconciled vial={vial} />
          {hasRest && (
            <Select
              label={`Why ${doses(vial.remainingDoses, vial)} are thrown away`}
              required
              data-autofocus
              data={wasteReasonOptions}
              value={reason}
              error={isChecked ? noReason : null}
              onChange={(value) => {
                setReason(isWasteReason(value) ? value : null);
              }}
            />
          )}
          <Textarea
            label="Note"
            required={reason !== null && needsNote(reason)}
            autosize
            minRows={2}
            value={note}
            error={isChecked ? noNote : null}
            onChange={({ currentTarget }) => {
              setNote(currentTarget.value);
            }}
          />
          {needsWitness && (
            <WitnessFields value={signature} onChange={setSignature}>
              It is a controlled drug: a second person watches and signs.
            </WitnessFields>
          )}
          {refusal !== null && <RefusalNote refusal={refusal} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onLeave}>
              Leave it
            </Button>
            <Button type="submit" loading={isSending}>
              Close the vial
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Reconciled({ vial }: { readonly vial: Vial }) {
  const rows = [
    ['Used', vial.usedDoses],
    ['Wasted already', vial.wastedDoses],
    ['Remaining, now waste', vial.remainingDoses],
  ] as const;
  return (
    <Table withRowBorders={false} aria-label="Where the doses went" verticalSpacing={4}>
      <Table.Tbody>
        {rows.map(([name, amount]) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td ta="end">{quantity(amount)}</Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr style={{ borderTop: '1px solid var(--lk-line)' }}>
          <Table.Th scope="row">In the vial, {unitOf(vial)}</Table.Th>
          <Table.Td ta="end">
            <strong>{quantity(vial.initialDoses)}</strong>
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}
