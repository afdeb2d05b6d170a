import { graphql } from '../../api/graphql.ts';
import type { CountFragment, CountRowFragment } from '../../generated/graphql.ts';

export type CountRow = CountRowFragment;
export type Count = CountFragment;
export type CountLine = Count['lines'][number];

graphql(`
  fragment CountRow on InventoryCount {
    id
    code
    status
    blind
    category
    zone
    startedAt
    submittedAt
    approvedAt
    varianceQuantity
    varianceValue
    startedBy {
      id
      displayName
    }
    approvedBy {
      id
      displayName
    }
    location {
      id
      name
      timeZone
    }
  }
`);

graphql(`
  fragment Count on InventoryCount {
    ...CountRow
    cancelledAt
    lines {
      id
      position
      batchCode
      productName
      lotNumber
      expiresOn
      stockUnit
      zone
      rack
      shelf
      bin
      recountNeeded
      expected
      counted
      countedAt
      recounted
      variance
      varianceValue
      withinTolerance
      countedBy {
        id
        displayName
      }
      recountedBy {
        id
        displayName
      }
    }
  }
`);

export const CountsQuery = graphql(`
  query Counts($locationId: ID, $status: [CountStatus!], $first: Int, $after: String) {
    counts(locationId: $locationId, status: $status, first: $first, after: $after) {
      nodes {
        ...CountRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const CountQuery = graphql(`
  query Count($id: ID!) {
    count(id: $id) {
      ...Count
    }
  }
`);

export const StartCount = graphql(`
  mutation StartCount($input: StartCountInput!) {
    startCount(input: $input) {
      count {
        ...CountRow
      }
    }
  }
`);

export const RecordCount = graphql(`
  mutation RecordCount($input: RecordCountInput!) {
    recordCount(input: $input) {
      count {
        id
        status
      }
    }
  }
`);

export const SubmitCount = graphql(`
  mutation SubmitCount($input: CountActionInput!) {
    submitCount(input: $input) {
      count {
        ...Count
      }
    }
  }
`);

export const ApproveCount = graphql(`
  mutation ApproveCount($input: CountActionInput!) {
    approveCount(input: $input) {
      count {
        ...CountRow
      }
    }
  }
`);

export const CancelCount = graphql(`
  mutation CancelCount($input: CountActionInput!) {
    cancelCount(input: $input) {
      count {
        ...CountRow
      }
    }
  }
`);
