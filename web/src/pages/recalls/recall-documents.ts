import { graphql } from '../../api/graphql.ts';
import type { RecallFragment, RecallMatchFragment, RecallRowFragment } from '../../generated/graphql.ts';

export type RecallRow = RecallRowFragment;
export type Recall = RecallFragment;
export type Exposure = Recall['affectedPatients'][number];
export type Match = RecallMatchFragment;

graphql(`
  fragment RecallRow on Recall {
    id
    reference
    recallClass
    status
    reason
    source
    lotNumbers
    quarantinedQuantity
    issuedAt
    closedAt
    released
    product {
      id
      name
      stockUnit
    }
    acknowledgements {
      acknowledgedAt
    }
  }
`);

graphql(`
  fragment Recall on Recall {
    ...RecallRow
    resolution
    acknowledgements {
      acknowledgedAt
      note
      acknowledgedBy {
        id
        displayName
      }
      location {
        id
        name
        timeZone
      }
    }
    isWhole
    issuedBy {
      id
      displayName
    }
    closedBy {
      id
      displayName
    }
    lots {
      id
      manufacturerLotNumber
      expiresOn
      status
      quantities {
        onHand
        quarantine
      }
    }
    affectedPatients {
      quantity
      unit
      lastAt
      via
      patient {
        id
        ageGroup
        firstName @include(if: $withNames)
        lastName @include(if: $withNames)
        phone @include(if: $withNames)
        email @include(if: $withNames)
        address @include(if: $withNames)
      }
    }
  }
`);

graphql(`
  fragment RecallMatch on RecallMatch {
    id
    kind
    status
    noticeNumber
    recallClass
    reason
    productDescription
    codeInfo
    evidence
    note
    createdAt
    decidedAt
    decidedBy {
      id
      displayName
    }
    product {
      id
      name
    }
    lot {
      id
      manufacturerLotNumber
      expiresOn
    }
    recall {
      id
      reference
    }
  }
`);

export const RecallsQuery = graphql(`
  query Recalls($status: RecallStatus, $first: Int, $after: String) {
    recalls(status: $status, first: $first, after: $after) {
      nodes {
        ...RecallRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const RecallQuery = graphql(`
  query OneRecall($id: ID!, $withNames: Boolean!) {
    recall(id: $id) {
      ...Recall
    }
  }
`);

export const MatchesQuery = graphql(`
  query RecallMatches($status: RecallMatchStatus, $first: Int, $after: String) {
    recallMatches(status: $status, first: $first, after: $after) {
      nodes {
        ...RecallMatch
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const LotsOfProduct = graphql(`
  query LotsOfProduct($productId: ID!) {
    lots(filter: { productId: $productId }, first: 200) {
      nodes {
        id
        manufacturerLotNumber
        expiresOn
      }
    }
  }
`);

export const IssueRecall = graphql(`
  mutation IssueRecall($input: IssueRecallInput!) {
    issueRecall(input: $input) {
      recall {
        ...RecallRow
      }
    }
  }
`);

export const AcknowledgeRecall = graphql(`
  mutation AcknowledgeRecall($input: AcknowledgeRecallInput!) {
    acknowledgeRecall(input: $input) {
      recall {
        ...RecallRow
      }
    }
  }
`);

export const CloseRecall = graphql(`
  mutation CloseRecall($input: CloseRecallInput!) {
    closeRecall(input: $input) {
      recall {
        ...RecallRow
      }
    }
  }
`);

export const DecideRecallMatch = graphql(`
  mutation DecideRecallMatch($input: DecideRecallMatchInput!) {
    decideRecallMatch(input: $input) {
      match {
        ...RecallMatch
      }
      recall {
        id
      }
    }
  }
`);
