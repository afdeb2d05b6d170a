import { graphql } from '../../api/graphql.ts';
import type { WasteRowFragment } from '../../generated/graphql.ts';

export type WasteRow = WasteRowFragment;

graphql(`
  fragment WasteRow on WasteRecord {
    id
    quantity
    unit
    reason
    note
    cost
    recordedAt
    recordedBy {
      id
      displayName
    }
    witness {
      id
      displayName
    }
    product {
      id
      name
    }
    stock {
      id
      batchCode
      lot {
        id
        manufacturerLotNumber
      }
    }
    session {
      id
    }
    location {
      id
      name
      timeZone
    }
  }
`);

export const WasteQuery = graphql(`
  query Waste($locationId: ID, $reason: [WasteReason!], $from: DateTime, $first: Int, $after: String) {
    wasteRecords(locationId: $locationId, reason: $reason, from: $from, first: $first, after: $after) {
      nodes {
        ...WasteRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const WasteByReason = graphql(`
  query WasteByReason($locationId: ID) {
    inventoryOverview(locationId: $locationId) {
      wasteCostLast30Days
      wasteByReason {
        reason
        cost
      }
    }
  }
`);

export const RecordWaste = graphql(`
  mutation RecordWaste($input: RecordWasteInput!) {
    recordWaste(input: $input) {
      waste {
        ...WasteRow
      }
      stock {
        id
        available
        onHand
      }
    }
  }
`);
