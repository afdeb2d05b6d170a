import { graphql } from '../../api/graphql.ts';
import type { TransferFragment, TransferRowFragment } from '../../generated/graphql.ts';

export type TransferRow = TransferRowFragment;
export type Transfer = TransferFragment;
export type TransferLine = Transfer['lines'][number];

/** Of its lines no more than what a list shows: 200 transfers are as much as the API answers at once. */
graphql(`
  fragment TransferRow on InventoryTransfer {
    id
    code
    status
    reason
    hasDiscrepancy
    requestedAt
    shippedAt
    receivedAt
    from {
      name
      timeZone
    }
    to {
      name
      timeZone
    }
    requestedBy {
      displayName
    }
    approvedBy {
      displayName
    }
    lines {
      requested
      shipped
      product {
        name
        stockUnit
      }
    }
  }
`);

graphql(`
  fragment Transfer on InventoryTransfer {
    id
    code
    status
    reason
    hasDiscrepancy
    requestedAt
    approvedAt
    shippedAt
    receivedAt
    endedAt
    endReason
    from {
      id
      name
      timeZone
    }
    to {
      id
      name
      timeZone
    }
    requestedBy {
      id
      displayName
    }
    approvedBy {
      id
      displayName
    }
    shippedBy {
      id
      displayName
    }
    receivedBy {
      id
      displayName
    }
    endedBy {
      id
      displayName
    }
    lines {
      id
      requested
      shipped
      received
      damaged
      lost
      inTransit
      note
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
        status
      }
      stock {
        id
        batchCode
      }
    }
  }
`);

export const TransfersQuery = graphql(`
  query Transfers($locationId: ID, $status: [TransferStatus!], $hasDiscrepancy: Boolean, $first: Int, $after: String) {
    transfers(locationId: $locationId, status: $status, hasDiscrepancy: $hasDiscrepancy, first: $first, after: $after) {
      nodes {
        ...TransferRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const TransferQuery = graphql(`
  query OneTransfer($id: ID!) {
    transfer(id: $id) {
      ...Transfer
    }
  }
`);

export const AllLocations = graphql(`
  query AllLocations {
    allLocations {
      id
      name
      kind
    }
  }
`);

export const RequestTransfer = graphql(`
  mutation RequestTransfer($input: RequestTransferInput!) {
    requestTransfer(input: $input) {
      transfer {
        ...Transfer
      }
    }
  }
`);

export const ApproveTransfer = graphql(`
  mutation ApproveTransfer($input: TransferActionInput!) {
    approveTransfer(input: $input) {
      transfer {
        ...Transfer
      }
    }
  }
`);

export const RejectTransfer = graphql(`
  mutation RejectTransfer($input: TransferActionInput!) {
    rejectTransfer(input: $input) {
      transfer {
        ...Transfer
      }
    }
  }
`);

export const CancelTransfer = graphql(`
  mutation CancelTransfer($input: TransferActionInput!) {
    cancelTransfer(input: $input) {
      transfer {
        ...Transfer
      }
    }
  }
`);

export const ShipTransfer = graphql(`
  mutation ShipTransfer($input: TransferActionInput!) {
    shipTransfer(input: $input) {
      transfer {
        ...Transfer
      }
    }
  }
`);

export const ReceiveTransfer = graphql(`
  mutation ReceiveTransfer($input: ReceiveTransferInput!) {
    receiveTransfer(input: $input) {
      transfer {
        ...Transfer
      }
    }
  }
`);
