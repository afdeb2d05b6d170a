import type { ReactNode } from 'react';
import { graphql } from '../api/graphql.ts';
import { day } from '../format/dates.ts';
import { amount } from '../format/words.ts';
import type { StockChoiceFragment } from '../generated/graphql.ts';
import { SearchSelect } from './search-select.tsx';

export type StockChoice = StockChoiceFragment;

graphql(`
  fragment StockChoice on Stock {
    id
    batchCode
    status
    available
    quarantine
    hold
    defective
    sample
    product {
      id
      name
      stockUnit
      deaSchedule
    }
    lot {
      id
      manufacturerLotNumber
      expiresOn
    }
    location {
      id
      name
      timeZone
    }
  }
`);

const StockChoices = graphql(`
  query StockChoices($filter: StockFilter) {
    stocks(filter: $filter, orderBy: EXPIRY_ASC, first: 50) {
      nodes {
        ...StockChoice
      }
    }
  }
`);

export interface StockSelectProps {
  readonly description?: ReactNode;
  readonly label?: string;
  readonly required?: boolean;
  readonly error?: string | null;
  readonly locationId: string | null;
  readonly productId?: string | null;
  /** Only what has units that are free. */
  readonly availableOnly?: boolean;
  readonly value: StockChoice | null;
  readonly onChange: (stock: StockChoice | null) => void;
}

/** A batch: by product, lot, batch code or SKU. */
export function StockSelect(props: StockSelectProps) {
  const { label = 'Batch', locationId, productId = null, availableOnly = false, ...rest } = props;
  return (
    <SearchSelect
      label={label}
      placeholder="Product, lot, batch or SKU"
      document={StockChoices}
      variables={(search) => ({ filter: { search, locationId, productId, availableOnly } })}
      pick={({ stocks }) => stocks.nodes}
      labelOf={({ product, lot }) => `${product.name}, lot ${lot.manufacturerLotNumber}`}
      detailOf={({ lot, available, product, location }) =>
        [
          `${amount(available, product.stockUnit)} free`,
          lot.expiresOn === null ? 'no expiry' : `expires ${day(lot.expiresOn)}`,
          location.name,
        ].join(' · ')
      }
      nothingFound="No batch is like that here."
      {...rest}
    />
  );
}
