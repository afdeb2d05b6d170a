/** Units of this product for a patient or over the counter: first expiry first, as the plan shows, or from this batch. */
import { Switch, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useSubmit } from '../../api/use-submit.ts';
import { given, positive } from '../../format/checks.ts';
import { day } from '../../format/dates.ts';
import { isZero, quantity } from '../../format/decimal.ts';
import { amount, words } from '../../format/words.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { PatientSelect } from '../../parts/patient-select.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { tellDone } from '../../parts/toast.ts';
import type { StockDeedProps } from './deeds.ts';
import { Dispense, FefoPlan } from './detail-documents.ts';

export function DispenseForm({ stock, onClose }: StockDeedProps) {
  const { product, location } = stock;
  const { submit, isSending, refusal } = useSubmit(Dispense);
  const [startedAt] = useState(() => new Date().toISOString());
  const form = useForm({
    initialValues: {
      quantity: '',
      patientId: null as string | null,
      isPrescription: product.isPrescription,
      fromThisBatch: false,
      reason: '',
    },
    validate: { quantity: positive },
  });
  const { values } = form;

  const send = form.onSubmit(async ({ quantity: asked, patientId, isPrescription, fromThisBatch, reason }) => {
    const done = await submit({
      locationId: location.id,
      patientId,
      startedAt,
      reason: given(reason),
      lines: [{ productId: product.id, quantity: asked, isPrescription, stockId: fromThisBatch ? stock.id : null }],
    });
    if (done === null) return;
    tellDone(`${amount(asked, product.stockUnit)} of ${product.name} dispensed`);
    onClose();
  });

  return (
    <DeedForm
      title={`Dispense ${product.name}`}
      deed="Dispense"
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
        {...form.getInputProps('quantity')}
      />
      <PatientSelect
        description="Leave it empty for a sale over the counter."
        value={values.patientId}
        onChange={(id) => {
          form.setFieldValue('patientId', id);
        }}
      />
      <Switch label="On a prescription" {...form.getInputProps('isPrescription', { type: 'checkbox' })} />
      <Switch
        label="From this batch, not first expiry first"
        description={`Lot ${stock.lot.manufacturerLotNumber}; the audit trail says so.`}
        {...form.getInputProps('fromThisBatch', { type: 'checkbox' })}
      />
      {values.fromThisBatch ? (
        <Textarea label="Why this batch" autosize minRows={2} {...form.getInputProps('reason')} />
      ) : (
        <Plan productId={product.id} locationId={location.id} asked={values.quantity} unit={product.stockUnit} />
      )}
    </DeedForm>
  );
}

interface PlanProps {
  readonly productId: string;
  readonly locationId: string;
  readonly asked: string;
  readonly unit: string;
}

/** From which batches it would come now. */
function Plan({ productId, locationId, asked, unit }: PlanProps) {
  const [settled] = useDebouncedValue(asked, 200);
  const isAsked = positive(settled) === null;
  const [{ data }] = useQuery({
    query: FefoPlan,
    variables: { productId, locationId, quantity: settled },
    pause: !isAsked,
    requestPolicy: 'network-only',
  });
  if (!isAsked || data === undefined) return null;
  const { allocations, skipped, shortBy } = data.fefoPlan;
  const passedOver = skipped.filter(({ reason }) => reason !== 'NOTHING_AVAILABLE');
  return (
    <Text size="sm" component="div" role="status">
      {allocations.map(({ stock, lot, quantity: taken }) => (
        <div key={stock.id}>
          {amount(taken, unit)} from lot <strong>{lot.manufacturerLotNumber}</strong>
          {lot.expiresOn === null ? '' : `, good until ${day(lot.expiresOn)}`}
        </div>
      ))}
      {!isZero(shortBy) && <div style={{ color: 'var(--lk-bad)' }}>{quantity(shortBy)} short at this location.</div>}
      {passedOver.length > 0 && (
        <Text size="xs" c="dimmed">
          Passed over:{' '}
          {passedOver
            .map(({ lot, reason }) => `${lot.manufacturerLotNumber} (${words(reason).toLowerCase()})`)
            .join(', ')}
        </Text>
      )}
    </Text>
  );
}
