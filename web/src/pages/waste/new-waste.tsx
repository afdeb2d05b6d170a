/** Throws units of a batch away: from where they stand, how many, why; of a controlled drug with a witness. */
import { Select, Stack, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { useSubmit } from '../../api/use-submit.ts';
import { usePlace } from '../../app/place.tsx';
import { given, needed, positive } from '../../format/checks.ts';
import { isZero } from '../../format/decimal.ts';
import { amount as amountOf } from '../../format/words.ts';
import type { StockBucket, WasteReason } from '../../generated/graphql.ts';
import { FormFoot } from '../../parts/form-foot.tsx';
import { useListReload } from '../../parts/list-context.ts';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { StockSelect, type StockChoice } from '../../parts/stock-select.tsx';
import { useDraftState } from '../../parts/use-draft.ts';
import { isWasteReason, needsNote, wasteReasonOptions } from '../../parts/waste-reasons.ts';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import { tellDone } from '../../parts/toast.ts';
import { RecordWaste } from './waste-documents.ts';

/** Where its units stand, with how many of them; the free ones first. */
function bucketsOf(stock: StockChoice) {
  const buckets = [
    ['ON_HAND', 'Free', stock.available],
    ['QUARANTINE', 'In quarantine', stock.quarantine],
    ['HOLD', 'On hold', stock.hold],
    ['DEFECTIVE', 'Defective', stock.defective],
    ['SAMPLE', 'Samples', stock.sample],
  ] as const;
  return buckets.filter(([bucket, , units]) => bucket === 'ON_HAND' || !isZero(units));
}

interface WasteValues {
  readonly stock: StockChoice | null;
  readonly bucket: StockBucket;
  readonly amount: string;
  readonly reason: WasteReason | null;
  readonly note: string;
}

const emptyWaste = (): WasteValues => ({ stock: null, bucket: 'ON_HAND', amount: '', reason: null, note: '' });

export function NewWaste() {
  const navigate = useNavigate();
  const reloadList = useListReload();
  const { place } = usePlace();
  const draft = useDraftState('waste', emptyWaste);
  const { stock, bucket, amount, reason, note } = draft.values;
  const [signature, setSignature] = useState(noSignature);
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSubmit(RecordWaste);
  const isControlled = stock?.product.deaSchedule != null;
  const problems = {
    stock: stock === null ? 'Of which batch?' : null,
    amount: positive(amount),
    reason: reason === null ? 'Why?' : null,
    note: reason !== null && needsNote(reason) ? needed(note) : null,
  };
  const error = (name: keyof typeof problems) => (isChecked ? problems[name] : null);

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (stock === null || reason === null || Object.values(problems).some((problem) => problem !== null)) return;
    const witness = isControlled ? signatureOf(signature) : null;
    const done = await submit({ stockId: stock.id, bucket, quantity: amount, reason, note: given(note), witness });
    if (done === null) return;
    draft.drop();
    tellDone('Recorded as waste', `${amountOf(amount, stock.product.stockUnit)} of ${stock.product.name}`);
    void reloadList();
    await navigate('/waste', { preventScrollReset: true });
  };

  return (
    <SidePanel title="Record waste" back="/waste" size={560}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <Stack gap="sm">
          <StockSelect
            required
            locationId={place?.id ?? null}
            value={stock}
            error={error('stock')}
            onChange={(next) => {
              draft.set({ stock: next, bucket: 'ON_HAND' });
            }}
          />
          {stock !== null && (
            <Select
              label="From"
              allowDeselect={false}
              data={bucketsOf(stock).map(([value, label, units]) => ({
                value,
                label: `${label}: ${amountOf(units, stock.product.stockUnit)}`,
              }))}
              value={bucket}
              onChange={(value) => {
                draft.set({ bucket: bucketsOf(stock).find(([each]) => each === value)?.[0] ?? 'ON_HAND' });
              }}
            />
          )}
          <QuantityInput
            label="How many"
            required
            unit={stock?.product.stockUnit}
            value={amount}
            error={error('amount')}
            onChange={(text) => {
              draft.set({ amount: text });
            }}
          />
          <Select
            label="Reason"
            required
            data={wasteReasonOptions}
            value={reason}
            error={error('reason')}
            onChange={(value) => {
              draft.set({ reason: isWasteReason(value) ? value : null });
            }}
          />
          <Textarea
            label="Note"
            required={reason !== null && needsNote(reason)}
            autosize
            minRows={2}
            value={note}
            error={error('note')}
            onChange={({ currentTarget }) => {
              draft.set({ note: currentTarget.value });
            }}
          />
          {isControlled && (
            <WitnessFields value={signature} onChange={setSignature}>
              It is a controlled drug: a second person watches and signs.
            </WitnessFields>
          )}
          {refusal !== null && <RefusalNote refusal={refusal} />}
          <FormFoot deed="Record it" isSending={isSending} onEmpty={draft.empty} />
        </Stack>
      </form>
    </SidePanel>
  );
}
