import { graphql } from '../../api/graphql.ts';
import type { DuplicateRowFragment } from '../../generated/graphql.ts';

export type DuplicateRow = DuplicateRowFragment;
export type Side = DuplicateRow['left'];

graphql(`
  fragment DuplicateSide on Patient {
    id
    firstName
    lastName
    birthDate
    sex
    phone
    email
    address
    externalIds
    mergedInto {
      id
    }
  }
`);

graphql(`
  fragment DuplicateRow on DuplicateCandidate {
    id
    status
    confidence
    evidence
    note
    decidedAt
    decidedBy {
      id
      displayName
    }
    left {
      ...DuplicateSide
    }
    right {
      ...DuplicateSide
    }
  }
`);

export const DuplicatesQuery = graphql(`
  query Duplicates($status: DuplicateStatus, $first: Int, $after: String) {
    duplicateCandidates(status: $status, first: $first, after: $after) {
      nodes {
        ...DuplicateRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const MergePatients = graphql(`
  mutation MergePatients($input: MergePatientsInput!) {
    mergePatients(input: $input) {
      candidate {
        ...DuplicateRow
      }
    }
  }
`);

export const UnmergePatients = graphql(`
  mutation UnmergePatients($input: UnmergePatientsInput!) {
    unmergePatients(input: $input) {
      candidate {
        ...DuplicateRow
      }
    }
  }
`);

export const DismissDuplicate = graphql(`
  mutation DismissDuplicate($input: DismissDuplicateInput!) {
    dismissDuplicate(input: $input) {
      candidate {
        ...DuplicateRow
      }
    }
  }
`);
