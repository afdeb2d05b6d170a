import { graphql } from '../../api/graphql.ts';
import type { ExcursionFragment, StorageUnitFragment } from '../../generated/graphql.ts';

export type Unit = StorageUnitFragment;
export type Excursion = ExcursionFragment;

graphql(`
  fragment StorageUnit on StorageUnit {
    id
    name
    minCelsius
    maxCelsius
    graceMinutes
    location {
      id
      name
      timeZone
    }
    latestReading {
      id
      celsius
      measuredAt
    }
  }
`);

graphql(`
  fragment Excursion on TemperatureExcursion {
    id
    kind
    startedAt
    endedAt
    minCelsius
    maxCelsius
    minutesOut
    budgetMinutes
    limitMinCelsius
    limitMaxCelsius
    graceMinutes
    supersededAt
    releasedAt
    acknowledgedAt
    comment
    acknowledgedBy {
      id
      displayName
    }
    storageUnit {
      id
      name
      location {
        id
        name
        timeZone
      }
    }
    affectedStock {
      id
      batchCode
      onHand
      quarantine
      product {
        id
        name
        stockUnit
        excursionBudgetMinutes
      }
      lot {
        id
        manufacturerLotNumber
      }
    }
  }
`);

export const UnitsQuery = graphql(`
  query StorageUnits {
    locations {
      id
      storageUnits {
        ...StorageUnit
      }
    }
  }
`);

export const ExcursionsQuery = graphql(`
  query Excursions($storageUnitId: ID, $from: DateTime, $to: DateTime) {
    temperatureExcursions(storageUnitId: $storageUnitId, from: $from, to: $to) {
      ...Excursion
    }
  }
`);

export const ReadingsQuery = graphql(`
  query Readings($storageUnitId: ID!, $from: DateTime!, $to: DateTime!) {
    temperatureReadings(storageUnitId: $storageUnitId, from: $from, to: $to) {
      id
      celsius
      measuredAt
    }
  }
`);

export const AcknowledgeExcursion = graphql(`
  mutation AcknowledgeExcursion($input: AcknowledgeExcursionInput!) {
    acknowledgeExcursion(input: $input) {
      excursion {
        ...Excursion
      }
    }
  }
`);

export const RecordTemperature = graphql(`
  mutation RecordTemperature($readings: [TemperatureReadingInput!]!) {
    recordTemperatures(readings: $readings) {
      accepted
      duplicates
    }
  }
`);

export const SaveStorageUnit = graphql(`
  mutation SaveStorageUnit($input: StorageUnitInput!) {
    saveStorageUnit(input: $input) {
      storageUnit {
        ...StorageUnit
      }
    }
  }
`);
