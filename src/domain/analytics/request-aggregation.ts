/**
 * Asks the workers to count days anew, of one of the caller's locations or of all of them. Refuses: BAD_USER_INPUT,
 * NOT_FOUND. Locks nothing.
 */
import { notFound } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { Result } from '../claim.ts';
import { requestJob } from '../jobs/request-job.ts';
import { optionalUuid } from '../uuid.ts';
import { checkDays, type Days } from './days.ts';

export interface Aggregate extends Days {
  readonly pharmacyId?: string | null;
}

export async function requestAggregation(tx: Tx, { from, to, pharmacyId }: Aggregate): Promise<Result> {
  checkDays({ from, to });
  const named = optionalUuid(pharmacyId, 'pharmacyId');
  if (named !== null && !tx.actor.locationIds.includes(named)) throw notFound('location', named);
  const pharmacyIds = named === null ? tx.actor.locationIds : [named];
  return requestJob(tx, 'aggregateDispensing', 'aggregate-dispensing', { from, to, pharmacyIds });
}
