import { graphql } from '../../api/graphql.ts';
import type { PatientRowFragment } from '../../generated/graphql.ts';

export type PatientRow = PatientRowFragment;

graphql(`
  fragment PatientRow on Patient {
    id
    firstName
    lastName
    birthDate
    ageGroup
    sex
    phone
  }
`);

export const PatientsQuery = graphql(`
  query Patients($search: String, $first: Int, $after: String) {
    patients(search: $search, first: $first, after: $after) {
      nodes {
        ...PatientRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const PatientQuery = graphql(`
  query Patient($id: ID!) {
    patient(id: $id) {
      ...PatientRow
      email
      address
      insuranceInfo
      externalIds
      mergedInto {
        id
        firstName
        lastName
      }
    }
  }
`);
