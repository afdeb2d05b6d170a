import type { ReactNode } from 'react';
import { graphql } from '../api/graphql.ts';
import { words } from '../format/words.ts';
import type { ProductChoicesQuery } from '../generated/graphql.ts';
import { SearchSelect } from './search-select.tsx';

const ProductChoices = graphql(`
  query ProductChoices($filter: ProductFilter) {
    products(filter: $filter, first: 100) {
      nodes {
        id
        name
        category
        stockUnit
        doseUnit
        dosesPerStockUnit
        deaSchedule
        requiresReconstitution
        labelStabilityHours
        policyStabilityHours
        singlePatientVial
      }
    }
  }
`);

export type ProductChoice = ProductChoicesQuery['products']['nodes'][number];

export interface ProductSelectProps {
  readonly label?: string;
  readonly description?: ReactNode;
  readonly required?: boolean;
  readonly error?: string | null;
  /** Which of them can be meant at all. */
  readonly only?: (product: ProductChoice) => boolean;
  readonly value: ProductChoice | null;
  readonly onChange: (product: ProductChoice | null) => void;
}

export function ProductSelect({ label = 'Product', only, ...rest }: ProductSelectProps) {
  return (
    <SearchSelect
      label={label}
      placeholder="Name, brand or generic name"
      document={ProductChoices}
      variables={(search) => ({ filter: { search } })}
      pick={({ products }) => (only === undefined ? products.nodes : products.nodes.filter(only))}
      labelOf={({ name }) => name}
      detailOf={({ category, stockUnit, deaSchedule }) =>
        [words(category), stockUnit, deaSchedule].filter((part) => part !== null).join(' · ')
      }
      nothingFound="No product is called that."
      {...rest}
    />
  );
}
