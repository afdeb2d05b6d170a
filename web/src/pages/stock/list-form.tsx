/** Writes down that the batch is offered on a marketplace, or ends that. */
import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSend } from '../../api/use-submit.ts';
import { useMoney } from '../../app/settings.tsx';
import { given, needed, optional, zeroOrMore } from '../../format/checks.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { DeedForm } from '../../parts/deed-form.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { tellDone } from '../../parts/toast.ts';
import { Delist, ListOnPlatform } from './deed-documents.ts';
import type { StockDeedProps } from './deeds.ts';

export function ListForm({ stock, onClose }: StockDeedProps) {
  const { currency } = useMoney();
  const { submit, isSending, refusal } = useSend(ListOnPlatform);
  const form = useForm({
    initialValues: { platform: '', price: stock.product.unitPrice ?? '', url: '' },
    validate: { platform: needed, price: optional(zeroOrMore) },
  });
  const send = form.onSubmit(async ({ platform, price, url }) => {
    const done = await submit({ stockId: stock.id, platform: platform.trim(), price: given(price), url: given(url) });
    if (done === null) return;
    tellDone(`Listed on ${platform.trim()}`);
    onClose();
  });
  return (
    <DeedForm
      title="List it on a marketplace"
      deed="List it"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <TextInput label="Marketplace" required data-autofocus {...form.getInputProps('platform')} />
      <QuantityInput label="Price of a unit" unit={currency} {...form.getInputProps('price')} />
      <TextInput label="Address" type="url" placeholder="https://" {...form.getInputProps('url')} />
    </DeedForm>
  );
}

export function DelistForm({ stock, platform, onClose }: StockDeedProps & { readonly platform: string }) {
  const { submit, isSending, refusal } = useSend(Delist);
  const send = async () => {
    const done = await submit({ stockId: stock.id, platform });
    if (done === null) return;
    tellDone(`No longer listed on ${platform}`);
    onClose();
  };
  return (
    <Confirm
      title={`End the listing on ${platform}`}
      deed="End it"
      reason="none"
      isSending={isSending}
      refusal={refusal}
      onConfirm={() => void send()}
      onClose={onClose}
    >
      It stays in the list of where the batch was offered, with the time when it ended.
    </Confirm>
  );
}
