import './stock-documents.ts';
import { graphql } from '../../api/graphql.ts';
import type { StockDetailFragment, StockLedgerQuery } from '../../generated/graphql.ts';

export type StockDetail = StockDetailFragment;
export type LedgerLine = StockLedgerQuery['inventoryTransactions']['nodes'][number];

graphql(`
  fragment StockDetail on Stock {
    ...StockRow
    detailedStatus
    grade
    defective
    sample
    cogsMode
    unitCogsMin
    unitCogsMax
    paymentTerms
    grossPurchasePrice
    vatRate
    vatAmount
    roiPercentage
    shelfLifeDays
    notes
    createdAt
    updatedAt
    vendor {
      id
      name
    }
    storageUnit {
      id
      name
    }
    product {
      brand {
        id
        name
      }
      gtin
      deaSchedule
      reorderPoint
      reorderQuantity
      unitPrice
      isPrescription
    }
    lot {
      lotCode
      serialNumber
      receivedAt
      recall {
        id
        reference
      }
    }
    metrics {
      stockId
      totalCost
      expectedProfit
      daysOnShelf
      lastCalculatedAt
    }
    listedOnPlatforms {
      platform
      listedAt
      price
      delistedAt
      url
    }
    statusHistory {
      from
      to
      at
      reason
      by {
        id
        displayName
      }
    }
    reservations(status: ACTIVE) {
      id
      quantity
      reservedUntil
      reason
      reservedBy {
        id
        displayName
      }
    }
  }
`);

export const StockDetailQuery = graphql(`
  query StockDetailById($id: ID!) {
    stock(id: $id) {
      ...StockDetail
    }
  }
`);

export const StockLedger = graphql(`
  query StockLedger($filter: TransactionFilter, $first: Int, $after: String) {
    inventoryTransactions(filter: $filter, first: $first, after: $after) {
      nodes {
        id
        type
        bucket
        quantityChange
        quantityBefore
        quantityAfter
        unitCost
        reason
        occurredAt
        recordedAt
        performedBy {
          id
          displayName
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const AdjustStock = graphql(`
  mutation AdjustStock($input: AdjustStockInput!) {
    adjustStock(input: $input) {
      stock {
        ...StockRow
      }
    }
  }
`);

export const MoveBucket = graphql(`
  mutation MoveBucket($input: MoveBucketInput!) {
    moveBucket(input: $input) {
      stock {
        ...StockRow
      }
    }
  }
`);

export const ChangeStockStatus = graphql(`
  mutation ChangeStockStatus($input: ChangeStockStatusInput!) {
    changeStockStatus(input: $input) {
      stock {
        ...StockRow
      }
    }
  }
`);

export const Dispense = graphql(`
  mutation Dispense($input: DispenseInput!) {
    dispense(input: $input) {
      records {
        id
        quantity
        allocations {
          quantity
          stock {
            ...StockRow
          }
        }
      }
    }
  }
`);

export const FefoPlan = graphql(`
  query FefoPlan($productId: ID!, $locationId: ID!, $quantity: Decimal!) {
    fefoPlan(productId: $productId, locationId: $locationId, quantity: $quantity) {
      shortBy
      allocations {
        quantity
        expiresSoon
        stock {
          id
          batchCode
        }
        lot {
          id
          manufacturerLotNumber
          expiresOn
        }
      }
      skipped {
        quantity
        reason
        stock {
          id
        }
        lot {
          id
          manufacturerLotNumber
        }
      }
    }
  }
`);
