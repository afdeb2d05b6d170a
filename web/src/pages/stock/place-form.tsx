import { SimpleGrid, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSend } from '../../api/use-submit.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { tellDone } from '../../parts/toast.ts';
import type { StockDeedProps } from './deeds.ts';
import { MoveStock } from './deed-documents.ts';
import { ShelfFields, StorageUnitField } from './place-fields.tsx';
import { placeInput, placeValues } from './place-values.ts';

/** The batch stands elsewhere in its location; minutes that it was too warm go along. */
export function PlaceForm({ stock, onClose }: StockDeedProps) {
  const { submit, isSending, refusal } = useSend(MoveStock);
  const form = useForm({ initialValues: placeValues(stock) });
  const send = form.onSubmit(async (values) => {
    const done = await submit({ stockId: stock.id, ...placeInput(values) });
    if (done === null) return;
    tellDone('The batch has a new place');
    onClose();
  });
  return (
    <DeedForm
      title="Put it elsewhere"
      deed="Put it there"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        Within {stock.location.name}. To another location it goes by a transfer.
      </Text>
      <SimpleGrid cols={1} spacing="sm">
        <StorageUnitField isFirst locationId={stock.location.id} field={(name) => form.getInputProps(name)} />
        <ShelfFields field={(name) => form.getInputProps(name)} />
      </SimpleGrid>
    </DeedForm>
  );
}
