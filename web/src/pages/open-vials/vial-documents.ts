import { graphql } from '../../api/graphql.ts';
import type { VialFragment, VialRowFragment } from '../../generated/graphql.ts';

export type VialRow = VialRowFragment;
export type Vial = VialFragment;
export type VialUse = Vial['usages'][number];

graphql(`
  fragment VialRow on OpenVialSession {
    id
    status
    openedAt
    expiresAt
    closedAt
    initialDoses
    remainingDoses
    usedDoses
    wastedDoses
    patientCount
    revenue
    cost
    margin
    marginPercentage
    wasteCost
    product {
      id
      name
      doseUnit
      deaSchedule
    }
    lot {
      id
      manufacturerLotNumber
      status
    }
    location {
      id
      name
      timeZone
    }
  }
`);

graphql(`
  fragment Vial on OpenVialSession {
    ...VialRow
    openedBy {
      id
      displayName
    }
    authorisedBy {
      id
      displayName
    }
    singlePatient
    stabilityRule
    labelExpiresAt
    policyExpiresAt
    diluent
    diluentMl
    concentrationPerMl
    costPerDose
    costPerPatient
    costPerPatientWithWaste
    stock {
      id
      batchCode
    }
    usages {
      id
      doses
      charge
      cost
      costWithWaste
      margin
      marginWithWaste
      treatment
      site
      usedAt
      reverses
      reversedBy
      provider {
        id
        displayName
      }
      patient {
        id
        firstName @include(if: $withNames)
        lastName @include(if: $withNames)
      }
    }
  }
`);

export const VialsQuery = graphql(`
  query OpenVials($locationId: ID, $status: [VialStatus!], $first: Int, $after: String) {
    openVials(locationId: $locationId, status: $status, first: $first, after: $after) {
      nodes {
        ...VialRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const VialQuery = graphql(`
  query OpenVial($id: ID!, $withNames: Boolean!) {
    openVial(id: $id) {
      ...Vial
    }
  }
`);

export const OpenVial = graphql(`
  mutation OpenOneVial($input: OpenVialInput!) {
    openVial(input: $input) {
      session {
        ...VialRow
      }
    }
  }
`);

export const DrawFromVial = graphql(`
  mutation DrawFromVial($input: UseVialInput!) {
    useVial(input: $input) {
      session {
        ...VialRow
      }
    }
  }
`);

export const ReverseVialUse = graphql(`
  mutation ReverseVialUse($input: ReverseVialUsageInput!) {
    reverseVialUsage(input: $input) {
      session {
        ...VialRow
      }
    }
  }
`);

export const CloseVial = graphql(`
  mutation CloseVial($input: CloseVialInput!) {
    closeVial(input: $input) {
      session {
        ...VialRow
      }
      waste {
        id
        quantity
        unit
        cost
      }
    }
  }
`);
