/** Corrects what is known of a batch besides its quantities: cost, terms, dates, notes. */
import { SimpleGrid, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useSend } from '../../api/use-submit.ts';
import { given, optional, wholeNumber, zeroOrMore } from '../../format/checks.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { tellDone } from '../../parts/toast.ts';
import { CostFields } from './cost-fields.tsx';
import { costChecks, costInput, costOf } from './cost-values.ts';
import { UpdateStock } from './deed-documents.ts';
import type { StockDeedProps } from './deeds.ts';

export function FactsForm({ stock, onClose }: StockDeedProps) {
  const { submit, isSending, refusal } = useSend(UpdateStock);
  // What was decided on is what was seen; after a conflict, what is seen now.
  const [openedAt] = useState(stock.version);
  const form = useForm({
    initialValues: {
      ...costOf(stock),
      roiPercentage: stock.roiPercentage ?? '',
      shelfLifeDays: stock.shelfLifeDays === null ? '' : String(stock.shelfLifeDays),
      deliveredOn: stock.deliveredOn ?? '',
      grade: stock.grade ?? '',
      notes: stock.notes ?? '',
    },
    validate: {
      ...costChecks,
      roiPercentage: optional(zeroOrMore),
      shelfLifeDays: optional(wholeNumber),
    },
  });
  const send = form.onSubmit(async (values) => {
    const shelfLife = given(values.shelfLifeDays);
    const done = await submit({
      stockId: stock.id,
      expectedVersion: refusal?.code === 'VERSION_CONFLICT' ? stock.version : openedAt,
      ...costInput(values),
      roiPercentage: given(values.roiPercentage),
      shelfLifeDays: shelfLife === null ? null : Number(shelfLife),
      deliveredOn: given(values.deliveredOn),
      grade: given(values.grade),
      notes: given(values.notes),
    });
    if (done === null) return;
    tellDone('The batch is corrected');
    onClose();
  });
  return (
    <DeedForm
      title="Correct cost and facts"
      deed="Correct them"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        The cost is fixed once units have left at it.
      </Text>
      <CostFields values={form.values} field={(name) => form.getInputProps(name)} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <QuantityInput label="ROI" unit="%" {...form.getInputProps('roiPercentage')} />
        <QuantityInput label="Shelf life" unit="days" {...form.getInputProps('shelfLifeDays')} />
        <TextInput label="Delivered on" type="date" {...form.getInputProps('deliveredOn')} />
        <TextInput label="Grade" maxLength={10} {...form.getInputProps('grade')} />
      </SimpleGrid>
      <Textarea label="Notes" autosize minRows={2} {...form.getInputProps('notes')} />
    </DeedForm>
  );
}
