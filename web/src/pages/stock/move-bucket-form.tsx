import { NativeSelect, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { needed, positive } from '../../format/checks.ts';
import { isZero, quantity } from '../../format/decimal.ts';
import { amount } from '../../format/words.ts';
import type { StockBucket } from '../../generated/graphql.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { tellDone } from '../../parts/toast.ts';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import type { StockDeedProps } from './deeds.ts';
import { MoveBucket, type StockDetail } from './detail-documents.ts';

interface Way {
  readonly label: string;
  readonly from: StockBucket;
  readonly to: StockBucket;
  /** How much can go this way at the most. */
  readonly most: string;
}

/** The ways that lead somewhere, as units stand now. */
function waysOf({ available, onHand, quarantine, hold, defective, sample, status, lot }: StockDetail): Way[] {
  const free = status === 'LIVE' && lot.status === 'ACTIVE' ? available : onHand;
  const ways: Way[] = [
    { label: 'Shelf → quarantine', from: 'ON_HAND', to: 'QUARANTINE', most: free },
    { label: 'Shelf → hold', from: 'ON_HAND', to: 'HOLD', most: free },
    { label: 'Quarantine → shelf', from: 'QUARANTINE', to: 'ON_HAND', most: quarantine },
    { label: 'Hold → shelf', from: 'HOLD', to: 'ON_HAND', most: hold },
    { label: 'Shelf → defective', from: 'ON_HAND', to: 'DEFECTIVE', most: free },
    { label: 'Shelf → samples', from: 'ON_HAND', to: 'SAMPLE', most: free },
    { label: 'Defective → shelf', from: 'DEFECTIVE', to: 'ON_HAND', most: defective },
    { label: 'Samples → shelf', from: 'SAMPLE', to: 'ON_HAND', most: sample },
  ];
  return ways.filter(({ most }) => !isZero(most));
}

export function MoveBucketForm({ stock, onClose }: StockDeedProps) {
  const ways = waysOf(stock);
  const { submit, isSending, refusal } = useSubmit(MoveBucket);
  const [signature, setSignature] = useState(noSignature);
  const form = useForm({
    initialValues: { way: ways[0]?.label ?? '', quantity: ways[0]?.most ?? '', reason: '' },
    validate: { quantity: positive, reason: needed },
  });
  const way = ways.find(({ label }) => label === form.values.way);
  const needsWitness = refusal?.code.startsWith('WITNESS') === true || stock.product.deaSchedule !== null;

  const send = form.onSubmit(async (values) => {
    if (way === undefined) return;
    const done = await submit({
      stockId: stock.id,
      from: way.from,
      to: way.to,
      quantity: values.quantity,
      reason: values.reason,
      witness: signatureOf(signature),
    });
    if (done === null) return;
    tellDone(`${amount(values.quantity, stock.product.stockUnit)}: ${way.label.toLowerCase()}`);
    onClose();
  });

  return (
    <DeedForm
      title="Quarantine, hold, set aside"
      deed="Move them"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <NativeSelect
        label="From where to where"
        data={ways.map(({ label }) => label)}
        value={form.values.way}
        onChange={({ currentTarget }) => {
          const next = ways.find(({ label }) => label === currentTarget.value);
          form.setValues({ way: currentTarget.value, quantity: next?.most ?? '' });
        }}
      />
      <QuantityInput
        label="Quantity"
        required
        unit={stock.product.stockUnit}
        description={way === undefined ? undefined : `Up to ${quantity(way.most)}`}
        {...form.getInputProps('quantity')}
      />
      <Textarea label="Reason" required autosize minRows={2} {...form.getInputProps('reason')} />
      {needsWitness && (
        <WitnessFields value={signature} onChange={setSignature}>
          A second person signs where a controlled drug leaves the shelf.
        </WitnessFields>
      )}
    </DeedForm>
  );
}
