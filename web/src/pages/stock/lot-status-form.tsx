import { Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSubmit } from '../../api/use-submit.ts';
import { needed } from '../../format/checks.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { tellDone } from '../../parts/toast.ts';
import { ChangeLotStatus } from './deed-documents.ts';
import type { StockDeedProps } from './deeds.ts';

/** Of the lot as a whole, wherever it stands: into quarantine, or out of the one that a person has set. */
export function LotStatusForm({ stock, onClose }: StockDeedProps) {
  const { lot } = stock;
  const quarantined = lot.status !== 'QUARANTINED';
  const { submit, isSending, refusal } = useSubmit(ChangeLotStatus);
  const form = useForm({ initialValues: { reason: '' }, validate: { reason: needed } });
  const send = form.onSubmit(async ({ reason }) => {
    const done = await submit({ lotId: lot.id, quarantined, reason });
    if (done === null) return;
    tellDone(
      quarantined ? 'The lot is in quarantine' : 'The lot is released',
      quarantined ? 'Nobody can take of it, wherever it is.' : 'Units that another cause holds stay in quarantine.',
    );
    onClose();
  });
  return (
    <DeedForm
      title={`${quarantined ? 'Quarantine' : 'Release'} lot ${lot.manufacturerLotNumber}`}
      deed={quarantined ? 'Quarantine it' : 'Release it'}
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        {quarantined
          ? 'At every location: units of the lot stand still from now on, its reservations are released, its open vials stop.'
          : 'At every location: units are free again, but for those that an expiry, a recall or an excursion holds.'}
      </Text>
      <Textarea label="Reason" required autosize minRows={2} data-autofocus {...form.getInputProps('reason')} />
    </DeedForm>
  );
}
