/**
 * Asks the workers to count days anew, of one of the caller's pharmacies or of all of them. Refuses: BAD_USER_INPUT,
 * NOT_FOUND. Locks nothing.
 */
import { notFound } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { Values } from '../../db/values.ts';
import type { Result } from '../claim.ts';
import { requestJob } from '../jobs/request-job.ts';
import { optionalUuid } from '../uuid.ts';
import { checkDays, type Days } from './days.ts';
import { pharmaciesOf } from './pharmacies.ts';

export interface Aggregate extends Days {
  readonly pharmacyId?: string | null;
}

export async function requestAggregation(tx: Tx, { from, to, pharmacyId }: Aggregate): Promise<Result> {
  checkDays({ from, to });
  const named = optionalUuid(pharmacyId, 'pharmacyId');
  const values = new Values();
  const pharmacies = await tx.sql<{ id: string }>(
    `SELECT id FROM ${pharmaciesOf(tx.actor, values, named)} ORDER BY id`,
    values.list,
  );
  if (named !== null && pharmacies.length === 0) throw notFound('pharmacy', named);
  const pharmacyIds = pharmacies.map(({ id }) => id);
  return requestJob(tx, 'aggregateDispensing', 'aggregate-dispensing', { from, to, pharmacyIds });
}
