/** What was recorded under a merged record belongs to the one that is kept; nothing new is recorded under a merged one. */
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';

/** SQL: the ids of a record and of those that were merged into it, as an array. */
export function recordsOf(patientId: string): string {
  return `ARRAY(SELECT id FROM people.patient WHERE id = ${patientId} OR merged_into = ${patientId})`;
}

export interface FoundPatient {
  readonly patientIsKnown: boolean;
  readonly mergedIntoId: string | null;
}

/** NOT_FOUND, or BAD_USER_INPUT {mergedIntoId} for a record that was merged into another; null where there is nothing to refuse. */
export function whyNot(found: FoundPatient, field: string, id: string | null | undefined): Refusal | null {
  if (!found.patientIsKnown) return notFound('patient', id ?? '');
  if (found.mergedIntoId === null) return null;
  return new Refusal('BAD_USER_INPUT', 'This record was merged into another one. Take that one.', {
    field,
    mergedIntoId: found.mergedIntoId,
  });
}

export function requireKept(found: FoundPatient, field: string, id: string | null | undefined): void {
  const refusal = whyNot(found, field, id);
  if (refusal !== null) throw refusal;
}
