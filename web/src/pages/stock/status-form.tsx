import { NativeSelect, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { needed } from '../../format/checks.ts';
import { words } from '../../format/words.ts';
import type { StockStatus } from '../../generated/graphql.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { tellDone } from '../../parts/toast.ts';
import type { StockDeedProps } from './deeds.ts';
import { ChangeStockStatus } from './detail-documents.ts';

const next: Readonly<Record<StockStatus, readonly StockStatus[]>> = {
  AWAITING_INTAKE: ['LIVE', 'QUARANTINED', 'CLOSED'],
  LIVE: ['ON_HOLD', 'QUARANTINED', 'CLOSED'],
  ON_HOLD: ['LIVE', 'QUARANTINED', 'CLOSED'],
  QUARANTINED: ['LIVE', 'ON_HOLD', 'CLOSED'],
  SOLD_OUT: ['CLOSED'],
  CLOSED: [],
};

export function StatusForm({ stock, onClose }: StockDeedProps) {
  const { submit, isSending, refusal } = useSubmit(ChangeStockStatus);
  const [openedAt] = useState(stock.version);
  const expectedVersion = refusal?.code === 'VERSION_CONFLICT' ? stock.version : openedAt;
  const choices = next[stock.status];
  const form = useForm<{ status: StockStatus; reason: string }>({
    initialValues: { status: choices[0] ?? stock.status, reason: '' },
    validate: { reason: needed },
  });
  const send = form.onSubmit(async (values) => {
    const done = await submit({ ...values, stockId: stock.id, expectedVersion });
    if (done === null) return;
    tellDone(`The batch is now ${words(values.status).toLowerCase()}`);
    onClose();
  });
  return (
    <DeedForm
      title="Change its state"
      deed="Change it"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <NativeSelect
        label={`From ${words(stock.status).toLowerCase()} to`}
        data={choices.map((value) => ({ value, label: words(value) }))}
        value={form.values.status}
        onChange={({ currentTarget }) => {
          const chosen = choices.find((each) => each === currentTarget.value);
          if (chosen !== undefined) form.setFieldValue('status', chosen);
        }}
      />
      <Textarea label="Reason" required autosize minRows={2} {...form.getInputProps('reason')} />
    </DeedForm>
  );
}
