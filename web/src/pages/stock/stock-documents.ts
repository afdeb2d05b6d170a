import { graphql } from '../../api/graphql.ts';
import type { StockRowFragment } from '../../generated/graphql.ts';

export type StockRow = StockRowFragment;

graphql(`
  fragment StockRow on Stock {
    id
    batchCode
    sku
    status
    onHand
    available
    reserved
    quarantine
    hold
    unitCogs
    purchasePrice
    profitPerShelfDay
    deliveredOn
    zone
    rack
    shelf
    bin
    version
    product {
      id
      name
      category
      stockUnit
    }
    lot {
      id
      manufacturerLotNumber
      expiresOn
      status
    }
    location {
      id
      name
      timeZone
    }
  }
`);

export const StocksQuery = graphql(`
  query Stocks($filter: StockFilter, $orderBy: StockOrder, $first: Int, $after: String) {
    stocks(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      nodes {
        ...StockRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const StockChanged = graphql(`
  subscription StockChanged($locationId: ID) {
    stockChanged(locationId: $locationId) {
      ...StockRow
    }
  }
`);
