/** Keeps units of this batch for somebody until the end of a day; they stay on the shelf, and nobody else gets them. */
import { Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSubmit } from '../../api/use-submit.ts';
import { given, needed, positive } from '../../format/checks.ts';
import { addDays, day, endOfDay, localDate } from '../../format/dates.ts';
import { amount } from '../../format/words.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { tellDone } from '../../parts/toast.ts';
import { ReserveStock } from './deed-documents.ts';
import type { StockDeedProps } from './deeds.ts';

/** As long as the API keeps one at the most, less the day that it may already be there. */
const longestDays = 29;
const usualDays = 7;

export function ReserveForm({ stock, onClose }: StockDeedProps) {
  const { product, location, available } = stock;
  const { submit, isSending, refusal } = useSubmit(ReserveStock);
  const today = localDate(new Date(), location.timeZone);
  const form = useForm({
    initialValues: { quantity: '', until: addDays(today, usualDays), reason: '' },
    validate: { quantity: positive, until: needed },
  });
  const send = form.onSubmit(async ({ quantity, until, reason }) => {
    const done = await submit({
      stockId: stock.id,
      quantity,
      reservedUntil: endOfDay(until, location.timeZone),
      reason: given(reason),
    });
    if (done === null) return;
    tellDone(`${amount(quantity, product.stockUnit)} reserved`, `Until the end of ${day(until)}.`);
    onClose();
  });
  return (
    <DeedForm
      title="Reserve"
      deed="Reserve them"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <QuantityInput
        label="Quantity"
        required
        unit={product.stockUnit}
        data-autofocus
        description={`Of ${amount(available, product.stockUnit)} that are free`}
        {...form.getInputProps('quantity')}
      />
      <TextInput
        label="Until the end of"
        type="date"
        required
        min={today}
        max={addDays(today, longestDays)}
        {...form.getInputProps('until')}
      />
      <Textarea
        label="For what"
        description="No names of patients: everybody who sees the batch reads it."
        autosize
        minRows={2}
        {...form.getInputProps('reason')}
      />
    </DeedForm>
  );
}
