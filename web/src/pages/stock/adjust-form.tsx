import { Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { needed, zeroOrMore } from '../../format/checks.ts';
import { change, isDecimal, minus } from '../../format/decimal.ts';
import { amount } from '../../format/words.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { tellDone } from '../../parts/toast.ts';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import type { StockDeedProps } from './deeds.ts';
import { AdjustStock } from './detail-documents.ts';

export function AdjustForm({ stock, onClose }: StockDeedProps) {
  const { submit, isSending, refusal } = useSubmit(AdjustStock);
  // What was decided on is what was seen; after a conflict, what is seen now.
  const [openedAt] = useState(stock.version);
  const [signature, setSignature] = useState(noSignature);
  const form = useForm({
    initialValues: { newOnHand: stock.onHand, reason: '' },
    validate: { newOnHand: zeroOrMore, reason: needed },
  });
  const { newOnHand } = form.values;
  const needsWitness = stock.product.deaSchedule !== null || refusal?.code.startsWith('WITNESS') === true;

  const send = form.onSubmit(async (values) => {
    const done = await submit({
      ...values,
      stockId: stock.id,
      expectedVersion: refusal?.code === 'VERSION_CONFLICT' ? stock.version : openedAt,
      witness: signatureOf(signature),
    });
    if (done === null) return;
    tellDone('The quantity is corrected', `${amount(done.adjustStock.stock.onHand, stock.product.stockUnit)} on hand.`);
    onClose();
  });

  return (
    <DeedForm
      title="Correct the quantity"
      deed="Correct it"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        The ledger says {amount(stock.onHand, stock.product.stockUnit)} on hand. Say what is really there.
      </Text>
      <QuantityInput
        label="Really on hand"
        required
        unit={stock.product.stockUnit}
        data-autofocus
        description={isDecimal(newOnHand) ? `${change(minus(newOnHand, stock.onHand))} against the ledger` : undefined}
        {...form.getInputProps('newOnHand')}
      />
      <Textarea label="Reason" required autosize minRows={2} {...form.getInputProps('reason')} />
      {needsWitness && (
        <WitnessFields value={signature} onChange={setSignature}>
          A second person signs where less of a controlled drug is there.
        </WitnessFields>
      )}
    </DeedForm>
  );
}
