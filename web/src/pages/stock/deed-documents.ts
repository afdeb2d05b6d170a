/** What may be done with a batch besides its quantities. */
import './stock-documents.ts';
import { graphql } from '../../api/graphql.ts';

export const MoveStock = graphql(`
  mutation MoveStock($input: MoveStockInput!) {
    moveStock(input: $input) {
      stock {
        ...StockRow
        storageUnit {
          id
        }
      }
    }
  }
`);

export const ChangeLotStatus = graphql(`
  mutation ChangeLotStatus($input: ChangeLotStatusInput!) {
    changeLotStatus(input: $input) {
      lot {
        id
        status
        stock {
          ...StockRow
        }
      }
    }
  }
`);

export const UpdateStock = graphql(`
  mutation UpdateStock($input: UpdateStockInput!) {
    updateStock(input: $input) {
      stock {
        ...StockRow
      }
    }
  }
`);

export const UpdateProduct = graphql(`
  mutation UpdateProduct($id: ID!, $input: ProductInput!) {
    updateProduct(id: $id, input: $input) {
      product {
        id
        reorderPoint
        reorderQuantity
        unitPrice
      }
    }
  }
`);

export const ReserveStock = graphql(`
  mutation ReserveStock($input: ReserveInput!) {
    reserveStock(input: $input) {
      reservations {
        id
        stock {
          ...StockRow
        }
      }
    }
  }
`);

export const ReleaseReservation = graphql(`
  mutation ReleaseReservation($input: ReservationInput!) {
    releaseReservation(input: $input) {
      reservation {
        id
        stock {
          ...StockRow
        }
      }
    }
  }
`);

export const FulfilReservation = graphql(`
  mutation FulfilReservation($input: ReservationInput!) {
    fulfilReservation(input: $input) {
      reservation {
        id
        stock {
          ...StockRow
        }
      }
    }
  }
`);

export const ListOnPlatform = graphql(`
  mutation ListOnPlatform($input: ListOnPlatformInput!) {
    listOnPlatform(input: $input) {
      stock {
        id
        version
      }
    }
  }
`);

export const Delist = graphql(`
  mutation Delist($input: DelistInput!) {
    delistFromPlatform(input: $input) {
      stock {
        id
        version
      }
    }
  }
`);

export const RefreshStockMetrics = graphql(`
  mutation RefreshStockMetrics {
    refreshStockMetrics {
      jobId
    }
  }
`);

export const MetricsJob = graphql(`
  query MetricsJob($id: ID!) {
    job(id: $id) {
      id
      finishedAt
    }
  }
`);
