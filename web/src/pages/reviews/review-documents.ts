import { graphql } from '../../api/graphql.ts';
import type { ReviewRowFragment } from '../../generated/graphql.ts';

export type ReviewRow = ReviewRowFragment;

graphql(`
  fragment ReviewRow on HighRiskAlert {
    id
    drugName
    timestamp
    pharmacyId
    patientAgeGroup
    riskScore
    riskCategory
    flags {
      rule
      points
      evidence
    }
    reversed
    reviewedAt
    decision
    reviewNotes
    reviewedBy {
      id
      displayName
    }
    event {
      id
      genericName
      isPrescription
      isControlledDrug
      isAntibiotic
      awareClass
      deaSchedule
      stgCompliant
      overrideFlag
      dispenseRecordId
      riskModelVersion
    }
  }
`);

export const ReviewsQuery = graphql(`
  query Reviews($pharmacyId: ID, $reviewed: Boolean, $first: Int, $after: String) {
    highRiskAlerts(pharmacyId: $pharmacyId, reviewed: $reviewed, first: $first, after: $after) {
      nodes {
        ...ReviewRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const HighRiskAlertRaised = graphql(`
  subscription HighRiskAlertRaised($pharmacyId: ID) {
    highRiskAlertRaised(pharmacyId: $pharmacyId) {
      id
      drugName
      riskScore
    }
  }
`);

export const ReviewHighRiskAlert = graphql(`
  mutation ReviewHighRiskAlert($input: ReviewHighRiskInput!) {
    reviewHighRiskAlert(input: $input) {
      alert {
        ...ReviewRow
      }
    }
  }
`);
