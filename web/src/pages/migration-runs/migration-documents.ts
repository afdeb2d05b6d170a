import { graphql } from '../../api/graphql.ts';
import type { MigrationRunsQuery as Runs } from '../../generated/graphql.ts';

export type MigrationRow = Runs['migrationRuns'][number];

export const MigrationRunsQuery = graphql(`
  query MigrationRuns {
    migrationRuns {
      id
      source
      type
      dryRun
      status
      phase
      startedAt
      finishedAt
      counts
      error
    }
  }
`);
