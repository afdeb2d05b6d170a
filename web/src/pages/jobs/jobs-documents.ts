import { graphql } from '../../api/graphql.ts';
import type { JobsQuery as Jobs } from '../../generated/graphql.ts';

export type JobRow = Jobs['jobs'][number] & { readonly id: string };

export const JobsQuery = graphql(`
  query Jobs {
    jobs {
      name
      schedule
      lastOutcome
      lastRunAt
      lastDurationMs
      lastError
      nextRunAt
      waiting
      active
      failed
    }
  }
`);
