import { graphql } from '../../api/graphql.ts';
import type { DailySummaryRowFragment, PrescribingIndicatorsRowFragment } from '../../generated/graphql.ts';

export type DaySummary = DailySummaryRowFragment;
export type Indicators = PrescribingIndicatorsRowFragment;

graphql(`
  fragment DailySummaryRow on DailySummary {
    date
    pharmacyId
    totalPrescriptions
    totalOTC
    avgDispensingTime
    stgComplianceRate
    noneRiskCount
    lowRiskCount
    mediumRiskCount
    highRiskCount
    criticalRiskCount
    hourlyDistribution
  }
`);

graphql(`
  fragment PrescribingIndicatorsRow on PrescribingIndicators {
    encounters
    medicinesPerEncounter
    antibioticEncounterRate
    injectionEncounterRate
    genericRate
    awareAccessShare
    controlledRate
    overrideRate
  }
`);

export const DispensingQuery = graphql(`
  query Dispensing($pharmacyId: ID, $from: LocalDate!, $to: LocalDate!) {
    dailySummaries(pharmacyId: $pharmacyId, from: $from, to: $to) {
      ...DailySummaryRow
    }
    topMedicines(pharmacyId: $pharmacyId, from: $from, to: $to, first: 10) {
      drugId
      drugName
      count
    }
    prescribingIndicators(pharmacyId: $pharmacyId, from: $from, to: $to) {
      ...PrescribingIndicatorsRow
    }
  }
`);

export const DailySummariesQuery = graphql(`
  query DailySummaries($pharmacyId: ID, $from: LocalDate!, $to: LocalDate!) {
    dailySummaries(pharmacyId: $pharmacyId, from: $from, to: $to) {
      ...DailySummaryRow
    }
  }
`);

export const AggregateDispensing = graphql(`
  mutation AggregateDispensing($input: AggregateInput!) {
    aggregateDispensing(input: $input) {
      jobId
    }
  }
`);
