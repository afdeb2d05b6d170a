import { NativeSelect, SimpleGrid } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { useMoney } from '../../app/settings.tsx';
import { words } from '../../format/words.ts';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { paymentTerms, type CostValues } from './cost-values.ts';

export interface CostFieldsProps {
  readonly values: CostValues;
  readonly field: (name: keyof CostValues) => GetInputPropsReturnType;
  /** Under the unit cost: what it comes to. */
  readonly total?: ReactNode;
}

export function CostFields({ values, field, total }: CostFieldsProps) {
  const { currency } = useMoney();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <NativeSelect
        label="Unit cost is"
        data={[
          { value: 'FIXED', label: 'known' },
          { value: 'RANGE', label: 'between two ends' },
        ]}
        {...field('cogsMode')}
      />
      {values.cogsMode === 'FIXED' ? (
        <QuantityInput
          label="Unit cost"
          required
          unit={currency}
          description={total}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...field('unitCogs')}
        />
      ) : (
        <SimpleGrid cols={2} spacing="xs">
          <QuantityInput label="From" required {...field('unitCogsMin')} />
          <QuantityInput label="To" required {...field('unitCogsMax')} />
        </SimpleGrid>
      )}
      <NativeSelect
        label="Payment terms"
        data={paymentTerms.map((value) => ({ value, label: paymentWords(value) }))}
        {...field('paymentTerms')}
      />
      <QuantityInput label="VAT" unit="%" {...field('vatPercent')} />
    </SimpleGrid>
  );
}

/** "COD", "Net 30". */
export function paymentWords(terms: CostValues['paymentTerms']): string {
  return terms === 'COD' ? 'Cash on delivery' : words(terms);
}
