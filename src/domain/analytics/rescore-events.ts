/**
 * Scores events anew that are there already, from what their rows keep, in order of time, at most so many at once: under
 * the present model, never under an older one. What has become of high risk gets its alert; an alert that was raised stays
 * as it was. Marks the days whose events have changed. Only dpap.rescore() may change a score, and this alone calls it.
 * Locks: the rows that change.
 */
import { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { addAudit } from '../audit.ts';
import { claimOnly } from '../claim.ts';
import { addHighRiskAlerts } from './add-high-risk-alerts.ts';
import { addDirtyDays } from './dirty-days.ts';
import { anyRecord, lastGiven } from './last-given.ts';
import { currentRiskModel, scoreRisk, type Risk, type RiskFacts } from './risk-model.ts';

export const mostEventsAtOnce = 1_000;

/** Where the batch before has ended; times as the database writes them, because a JavaScript date would cut them short. */
export interface EventKey {
  readonly at: string;
  readonly id: string;
}

export interface EventRange {
  readonly from: Date | null;
  readonly to: Date | null;
}

export interface Rescored {
  readonly read: number;
  readonly changed: number;
  readonly last: EventKey | null;
}

export interface KeptEvent extends RiskFacts, EventKey {
  readonly riskScore: number;
  readonly flags: string;
  readonly riskModelVersion: number;
}

type NewScore = EventKey & { readonly risk: Risk };

export async function rescoreEvents(tx: Tx, range: EventRange, after: EventKey | null): Promise<Rescored> {
  await claimOnly(tx, { mutation: 'rescoreEvents', key: null, input: {} });
  const events = await readEvents(tx, range, after);
  const changed = await rescore(tx, events);
  const last = events.at(-1);
  return { read: events.length, changed, last: last === undefined ? null : { at: last.at, id: last.id } };
}

/** Writes those whose risk is another now; answers how many. */
export async function rescore(tx: Tx, events: readonly KeptEvent[]): Promise<number> {
  const changed = events.flatMap((event) => {
    const risk = scoreRisk(event);
    const isAsBefore = event.riskModelVersion === risk.modelVersion && event.flags === flagsKey(risk);
    return isAsBefore ? [] : [{ at: event.at, id: event.id, risk }];
  });
  if (changed.length > 0) await write(tx, changed);
  return changed.length;
}

async function readEvents(tx: Tx, { from, to }: EventRange, after: EventKey | null): Promise<KeptEvent[]> {
  return keptEvents(
    tx,
    `dpap.dispensing_event e
     WHERE (e.timestamp, e.id) > (coalesce($1::timestamptz, '-infinity'), coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'))
       AND e.timestamp >= coalesce($3::timestamptz, '-infinity') AND e.timestamp < coalesce($4::timestamptz, 'infinity')
       AND e.risk_model_version <= ${currentRiskModel}
     ORDER BY e.timestamp, e.id LIMIT ${mostEventsAtOnce}`,
    [after?.at ?? null, after?.id ?? null, from, to],
  );
}

/** `which`: a FROM item of events `e`, and what follows it. `patientOf`: `anyRecord` or `thisRecord`. */
export async function keptEvents(
  tx: Tx,
  which: string,
  values: readonly unknown[],
  patientOf = anyRecord,
): Promise<KeptEvent[]> {
  const sameVisit = 'g.id = e.id OR g.encounter_id = e.encounter_id';
  return tx.sql<KeptEvent>(
    `SELECT e.id, e.timestamp::text AS at, e.timestamp, e.patient_age_group AS "patientAgeGroup", e.patient_is_pregnant AS "patientIsPregnant",
       e.is_prescription AS "isPrescription", e.is_controlled_drug AS "isControlledDrug", e.dea_schedule AS "deaSchedule",
       e.is_antibiotic AS "isAntibiotic", e.aware_class AS "awareClass", e.pregnancy_risk AS "pregnancyRisk", e.stg_compliant AS "stgCompliant",
       e.override_flag AS "overrideFlag", e.risk_score AS "riskScore", e.risk_model_version AS "riskModelVersion",
       (SELECT coalesce(string_agg(concat_ws('|', f->>'rule', f->>'points', f->>'evidence'), E'\\n' ORDER BY position), '')
        FROM jsonb_array_elements(e.risk_flags) WITH ORDINALITY AS t(f, position)) AS flags,
       CASE WHEN e.is_controlled_drug AND e.patient_hash IS NOT NULL
         THEN ${lastGiven({ patient: patientOf('e.patient_hash'), drug: 'e.drug_id', at: 'e.timestamp', sameVisit })} END AS "lastGivenAt"
     FROM ${which}`,
    values,
  );
}

function flagsKey({ flags }: Risk): string {
  return flags.map(({ rule, points, evidence }) => `${rule}|${points}|${evidence}`).join('\n');
}

/** Two statements: the second must see what the first has written. */
async function write(tx: Tx, changed: readonly NewScore[]): Promise<void> {
  const [times, ids] = [changed.map(({ at }) => at), changed.map(({ id }) => id)];
  await tx.sql(
    `SELECT dpap.rescore(${currentRiskModel}, $1::timestamptz[], $2::uuid[], $3::smallint[], $4::dpap.risk_category[], $5::jsonb[])`,
    [
      times,
      ids,
      changed.map(({ risk }) => risk.score),
      changed.map(({ risk }) => risk.category),
      changed.map(({ risk }) => JSON.stringify(risk.flags)),
    ],
  );
  const statement = new Statement();
  statement.with(
    'event',
    `SELECT e.* FROM unnest(${statement.value(times, 'timestamptz[]')}, ${statement.value(ids, 'uuid[]')}) AS n(at, id)
     JOIN dpap.dispensing_event e ON e.timestamp = n.at AND e.id = n.id`,
  );
  addHighRiskAlerts(statement);
  addDirtyDays(statement, 'event');
  const [first] = changed;
  addAudit(statement, tx, [
    {
      entity: 'dispensing_event',
      entityId: first?.id ?? '',
      action: 'rescoreEvents',
      after: { modelVersion: currentRiskModel, events: changed.length, from: first?.at, to: changed.at(-1)?.at },
    },
  ]);
  await statement.run(tx, 'SELECT');
}
