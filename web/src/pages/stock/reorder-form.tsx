/** When the product is to be ordered again, and how much: of the product, so of all its batches. */
import { SimpleGrid, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSendAll } from '../../api/use-submit.ts';
import { useMoney } from '../../app/settings.tsx';
import { given, optional, zeroOrMore } from '../../format/checks.ts';
import { DeedForm } from '../../parts/deed-form.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { tellDone } from '../../parts/toast.ts';
import { UpdateProduct } from './deed-documents.ts';
import type { StockDeedProps } from './deeds.ts';

export function ReorderForm({ stock: { product }, onClose }: StockDeedProps) {
  const { submit, isSending, refusal } = useSendAll(UpdateProduct);
  const { currency } = useMoney();
  const form = useForm({
    initialValues: {
      reorderPoint: product.reorderPoint ?? '',
      reorderQuantity: product.reorderQuantity ?? '',
      unitPrice: product.unitPrice ?? '',
    },
    validate: {
      reorderPoint: optional(zeroOrMore),
      reorderQuantity: optional(zeroOrMore),
      unitPrice: optional(zeroOrMore),
    },
  });
  const send = form.onSubmit(async ({ reorderPoint, reorderQuantity, unitPrice }) => {
    const done = await submit({
      id: product.id,
      input: {
        ...{ name: product.name, category: product.category, stockUnit: product.stockUnit },
        reorderPoint: given(reorderPoint),
        reorderQuantity: given(reorderQuantity),
        unitPrice: given(unitPrice),
      },
    });
    if (done === null) return;
    tellDone('The product is changed', product.name);
    onClose();
  });
  return (
    <DeedForm
      title={`Reorder point and price of ${product.name}`}
      deed="Change them"
      isSending={isSending}
      refusal={refusal}
      onSubmit={send}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        Of the product, at every location: an alert is raised where no more than the reorder point may be taken.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <QuantityInput
          label="Reorder point"
          unit={product.stockUnit}
          data-autofocus
          {...form.getInputProps('reorderPoint')}
        />
        <QuantityInput label="Reorder" unit={product.stockUnit} {...form.getInputProps('reorderQuantity')} />
        <QuantityInput label="Price of a unit" unit={currency} {...form.getInputProps('unitPrice')} />
      </SimpleGrid>
    </DeedForm>
  );
}
