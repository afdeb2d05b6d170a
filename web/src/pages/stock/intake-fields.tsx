import { Fieldset, NativeSelect, Select, SimpleGrid, Switch, Textarea, TextInput, Autocomplete } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery } from 'urql';
import { usePlace } from '../../app/place.tsx';
import { useMoney } from '../../app/settings.tsx';
import { positive, zeroOrMore } from '../../format/checks.ts';
import { money as moneyText, times } from '../../format/decimal.ts';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { CostFields } from './cost-fields.tsx';
import { IntakeChoices, ProductSearch } from './intake-documents.ts';
import type { IntakeValues } from './intake-values.ts';
import { ShelfFields, StorageUnitField } from './place-fields.tsx';

interface FieldsProps {
  readonly form: UseFormReturnType<IntakeValues>;
}

export function ProductFields({ form }: FieldsProps) {
  const { isNew, gtin } = form.values;
  return (
    <Fieldset legend="Product" p="md">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {isNew ? (
          <>
            <TextInput label="Brand" required {...form.getInputProps('brandName')} />
            <TextInput label="Name and strength" required {...form.getInputProps('productName')} />
            <TextInput label="Category" required placeholder="Vaccine" {...form.getInputProps('category')} />
            <TextInput label="Counted in" required placeholder="vial" {...form.getInputProps('stockUnit')} />
          </>
        ) : (
          <ProductSelect form={form} />
        )}
        <VendorField form={form} />
      </SimpleGrid>
      <Switch
        mt="sm"
        label="It is a new product"
        description={isNew && gtin !== '' ? `It gets the GTIN ${gtin} of the scan.` : undefined}
        {...form.getInputProps('isNew', { type: 'checkbox' })}
      />
    </Fieldset>
  );
}

function ProductSelect({ form }: FieldsProps) {
  const { product } = form.values;
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), 250);
  const search = settled === '' || settled === labelOf(product) ? null : settled;
  const [{ data }] = useQuery({
    query: ProductSearch,
    variables: { filter: { search } },
    requestPolicy: 'cache-first',
  });
  const found = data?.products.nodes ?? [];
  const shown = product === null || found.some(({ id }) => id === product.id) ? found : [product, ...found];
  return (
    <Select
      label="Product"
      required
      searchable
      placeholder="Name or brand"
      data={shown.map((each) => ({ value: each.id, label: labelOf(each) }))}
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={product?.id ?? null}
      onChange={(id) => {
        const chosen = shown.find((each) => each.id === id) ?? null;
        form.setFieldValue('product', chosen);
        if (form.values.vendorName === '') form.setFieldValue('vendorName', chosen?.brand?.vendor?.name ?? '');
      }}
      nothingFoundMessage="No product of that name: say below that it is new."
      error={form.errors['product']}
    />
  );
}

function labelOf(product: IntakeValues['product']): string {
  if (product === null) return '';
  return product.brand === null ? product.name : `${product.name} · ${product.brand.name}`;
}

function VendorField({ form }: FieldsProps) {
  const [{ data }] = useQuery({ query: IntakeChoices, requestPolicy: 'cache-first' });
  return (
    <Autocomplete
      label="Vendor"
      required
      description={form.values.isNew ? undefined : 'Who delivered it'}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={[...new Set((data?.vendors ?? []).map(({ name }) => name))]}
      limit={12}
      {...form.getInputProps('vendorName')}
    />
  );
}

export function LotFields({ form }: FieldsProps) {
  const { product, isNew, stockUnit } = form.values;
  const unit = isNew ? stockUnit : product?.stockUnit;
  return (
    <Fieldset legend="Lot" p="md">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label="Lot number" required autoComplete="off" data-autofocus {...form.getInputProps('lotNumber')} />
        <TextInput label="Last day" type="date" {...form.getInputProps('expiresOn')} />
        <QuantityInput label="Quantity" required unit={unit} {...form.getInputProps('quantity')} />
        <TextInput label="Serial number" autoComplete="off" {...form.getInputProps('serialNumber')} />
      </SimpleGrid>
    </Fieldset>
  );
}

export function IntakeCost({ form }: FieldsProps) {
  const { currency } = useMoney();
  const { values } = form;
  const isReckoned = positive(values.quantity) === null && zeroOrMore(values.unitCogs) === null;
  return (
    <Fieldset legend="Cost" p="md">
      <CostFields
        values={values}
        field={(name) => form.getInputProps(name)}
        total={isReckoned ? `${moneyText(times(values.quantity, values.unitCogs), currency)} in all` : undefined}
      />
    </Fieldset>
  );
}

export function IntakePlace({ form }: FieldsProps) {
  const { places } = usePlace();
  return (
    <Fieldset legend="Place" p="md">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <NativeSelect
          label="Location"
          required
          data={places.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('locationId')}
        />
        <StorageUnitField locationId={form.values.locationId} field={(name) => form.getInputProps(name)} />
        <ShelfFields field={(name) => form.getInputProps(name)} />
        <TextInput label="Delivered on" type="date" {...form.getInputProps('deliveredOn')} />
      </SimpleGrid>
      <Textarea mt="sm" label="Notes" autosize minRows={1} {...form.getInputProps('notes')} />
      <Switch
        mt="sm"
        label="Ready for use at once"
        description="Otherwise it waits for its release."
        {...form.getInputProps('goLive', { type: 'checkbox' })}
      />
    </Fieldset>
  );
}
