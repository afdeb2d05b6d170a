/** What EARLY_REPEAT must know, as part of a statement. */
import { earlyHours } from './risk-model.ts';

export interface LastGiven {
  /** `anyRecord` or `thisRecord`; then SQL of the product's id as text, and of the moment. */
  readonly patient: string;
  readonly drug: string;
  readonly at: string;
  /** SQL that is true for events of the same visit, which are no repeat, over `g`; none is written yet where it is left out. */
  readonly sameVisit?: string;
  /** A condition on `g.timestamp`, over constants, that all meet: other months are not planned for. Each takes 0.2 ms. */
  readonly months?: string;
}

/** SQL: `at` is not longer after `since` than that. */
export const isSoonAfter = (since: string, at: string): string =>
  `${at} >= ${since} AND ${at} <= ${since} + interval '${earlyHours} hours'`;

/** Between these lies all that can be a repeat of what was given at these times, or of which it is one. */
export function monthsAround(times: readonly Date[]): readonly [from: Date, to: Date] {
  const all = times.map((at) => at.getTime());
  const ms = earlyHours * 3_600_000;
  return [new Date(Math.min(...all) - ms), new Date(Math.max(...all) + ms)];
}

/** The patient of the hash, an SQL expression, under whichever of the records that were merged. */
export const anyRecord = (hash: string): string => `= ANY(dpap.same_person(${hash}))`;
/** Of patients of other systems, whom nobody merges: to ask for that takes a tenth of a millisecond each. */
export const thisRecord = (hash: string): string => `= ${hash}`;

/**
 * By the index of the patient alone: that of the drug, which the planner likes as well where it cannot tell how many hashes a
 * person has, goes through all that anybody had of it (a millisecond and more for each event at 40 000 of them, measured).
 */
export const sameDrug = (column: string, drug: string): string => `${column} COLLATE "C" = ${drug}`;

/**
 * When the patient was last given the product before, as a controlled one, and it was not taken back; a scalar subquery.
 * Two that are given in the same second do not see each other; scored anew, the later one does.
 */
export function lastGiven({ patient, drug, at, sameVisit = 'false', months = 'true' }: LastGiven): string {
  return `(SELECT max(g.timestamp) FROM dpap.dispensing_event g
    WHERE g.patient_hash ${patient} AND g.is_controlled_drug AND ${sameDrug('g.drug_id', drug)}
      AND g.timestamp >= ${at} - interval '${earlyHours} hours' AND g.timestamp <= ${at} AND (${months}) AND (${sameVisit}) IS NOT TRUE
      AND NOT EXISTS (SELECT FROM dpap.event_reversal r WHERE r.event_id = g.id))`;
}
