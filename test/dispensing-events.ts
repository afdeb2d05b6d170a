/** Dispensing events as other systems send them, what takes them back, and their summaries counted by hand. */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../src/db/in-transaction.ts';
import { Statement } from '../src/db/statement.ts';
import { addDirtyDays, addReversedDays } from '../src/domain/analytics/dirty-days.ts';
import type { AwareClass } from '../src/schema/enums.ts';
import type { Random } from '../src/seed/random.ts';

export interface TestEvent {
  readonly id: string;
  readonly pharmacyId: string;
  readonly timestamp: Date;
  readonly encounterId: string | null;
  readonly drugId: string;
  readonly drugName: string;
  readonly isPrescription: boolean;
  readonly isControlledDrug: boolean;
  readonly isAntibiotic: boolean;
  readonly isInjection: boolean | null;
  readonly stgCompliant: boolean;
  readonly overrideFlag: boolean;
  readonly prescribedByGenericName: boolean | null;
  readonly awareClass: AwareClass | null;
  readonly dispensingSeconds: number | null;
  readonly riskCategory: (typeof categories)[number];
}

export const categories = ['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

/** Within so many hours of an instant, in visits of one to four medicines. */
export function someEvents(
  random: Random,
  count: number,
  pharmacyIds: readonly string[],
  instants: readonly string[],
): TestEvent[] {
  const events: TestEvent[] = [];
  while (events.length < count) {
    const pharmacyId = random.pick(pharmacyIds);
    const at = Date.parse(random.pick(instants)) + random.between(-30 * 3_600, 30 * 3_600) * 1_000;
    const encounterId = random.chance(0.1) ? null : uuid();
    for (let line = random.between(1, encounterId === null ? 1 : 4); line > 0; line -= 1)
      events.push(someEvent(random, { pharmacyId, timestamp: new Date(at + line), encounterId }));
  }
  return events.slice(0, count);
}

function someEvent(random: Random, given: Pick<TestEvent, 'pharmacyId' | 'timestamp' | 'encounterId'>): TestEvent {
  const drug = Math.min(random.between(0, 40), random.between(0, 40));
  return {
    ...given,
    id: uuid(),
    drugId: `drug-${drug}`,
    // Two drugs of one name, and a name that changes.
    drugName: random.chance(0.05) ? `Drug ${drug % 20} (old)` : `Drug ${drug % 20}`,
    isPrescription: random.chance(0.7),
    isControlledDrug: random.chance(0.1),
    isAntibiotic: drug % 3 === 0,
    isInjection: random.pick([true, false, null]),
    stgCompliant: random.chance(0.9),
    overrideFlag: random.chance(0.1),
    prescribedByGenericName: random.pick([true, false, null]),
    awareClass: drug % 3 === 0 ? random.pick(['ACCESS', 'WATCH', null] as const) : null,
    dispensingSeconds: random.chance(0.3) ? null : random.between(20, 900),
    riskCategory: random.pick(categories),
  };
}

/** As a sender's call: what is there already is not written again. */
export async function record(tx: Tx, events: readonly TestEvent[]): Promise<void> {
  const statement = new Statement();
  statement.with(
    'event',
    `INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, encounter_id, pharmacy_id, user_id, drug_id, drug_name, patient_age_group,
       is_prescription, is_controlled_drug, is_antibiotic, is_injection, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk,
       prescribed_by_generic_name, aware_class, dispensing_seconds, risk_category, local_date, local_hour, synced_at)
     SELECT e.id, e.timestamp, e.id, e."encounterId", e."pharmacyId", 'u', e."drugId", e."drugName", 'ADULT', e."isPrescription", e."isControlledDrug",
       e."isAntibiotic", e."isInjection", e."stgCompliant", e."overrideFlag", false, false, e."prescribedByGenericName", e."awareClass",
       e."dispensingSeconds", e."riskCategory", (e.timestamp AT TIME ZONE l.time_zone)::date, extract(hour FROM e.timestamp AT TIME ZONE l.time_zone), now()
     FROM jsonb_to_recordset(${statement.value(JSON.stringify(events), 'jsonb')}) AS e(id uuid, timestamp timestamptz, "encounterId" text,
       "pharmacyId" uuid, "drugId" text, "drugName" text, "isPrescription" boolean, "isControlledDrug" boolean, "isAntibiotic" boolean,
       "isInjection" boolean, "stgCompliant" boolean, "overrideFlag" boolean, "prescribedByGenericName" boolean, "awareClass" catalogue.aware_class,
       "dispensingSeconds" integer, "riskCategory" dpap.risk_category)
     JOIN people.location l ON l.id = e."pharmacyId" ON CONFLICT DO NOTHING RETURNING pharmacy_id, local_date`,
  );
  addDirtyDays(statement, 'event');
  await statement.run(tx, 'SELECT');
}

export async function takeBack(tx: Tx, events: readonly TestEvent[]): Promise<void> {
  const statement = new Statement();
  statement.with(
    'reversal',
    `INSERT INTO dpap.event_reversal (event_id, event_timestamp, reversed_by)
     SELECT id, timestamp, ${statement.value(tx.actor.id, 'uuid')} FROM jsonb_to_recordset(${statement.value(JSON.stringify(events), 'jsonb')})
       AS e(id uuid, timestamp timestamptz) ON CONFLICT DO NOTHING RETURNING event_id, event_timestamp`,
  );
  addReversedDays(statement, 'reversal');
  await statement.run(tx, 'SELECT');
}

export interface HandMade {
  readonly [figure: string]: unknown;
}

/** By pharmacy and day, "day pharmacy" → figures, as the columns of the cache have them. */
export function countedByHand(events: readonly TestEvent[], timeZone: string): Map<string, HandMade> {
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' } as const),
  });
  const days = new Map<string, { event: TestEvent; hour: number }[]>();
  for (const event of events) {
    const parts = new Map(clock.formatToParts(event.timestamp).map(({ type, value }) => [type, value]));
    const day = `${parts.get('year') ?? ''}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''} ${event.pharmacyId}`;
    days.set(day, [...(days.get(day) ?? []), { event, hour: Number(parts.get('hour')) }]);
  }
  return new Map([...days].map(([day, list]) => [day, figuresByHand(list)]));
}

function figuresByHand(list: readonly { readonly event: TestEvent; readonly hour: number }[]): HandMade {
  const events = list.map(({ event }) => event);
  const count = (is: (event: TestEvent) => boolean) => events.filter(is).length;
  const visits = new Map<string, TestEvent[]>();
  for (const event of events) {
    const visit = event.encounterId ?? event.id;
    visits.set(visit, [...(visits.get(visit) ?? []), event]);
  }
  const encounters = [...visits.values()];
  const seconds = encounters
    .map((visit) => visit.flatMap(({ dispensingSeconds }) => dispensingSeconds ?? []))
    .filter((times) => times.length > 0)
    .map((times) => Math.max(...times));
  const hourly = Array.from({ length: 24 }, (_none, hour) => list.filter((each) => each.hour === hour).length);
  return {
    total_prescriptions: count((e) => e.isPrescription),
    total_otc: count((e) => !e.isPrescription),
    stg_compliant: count((e) => e.stgCompliant),
    ...Object.fromEntries(
      categories.map((each) => [`${each.toLowerCase()}_risk_count`, count((e) => e.riskCategory === each)]),
    ),
    controlled: count((e) => e.isControlledDrug),
    overridden: count((e) => e.overrideFlag),
    antibiotics: count((e) => e.isAntibiotic),
    access_antibiotics: count((e) => e.isAntibiotic && e.awareClass === 'ACCESS'),
    named: count((e) => e.prescribedByGenericName !== null),
    generic_named: count((e) => e.prescribedByGenericName === true),
    encounters: encounters.length,
    antibiotic_encounters: encounters.filter((visit) => visit.some((e) => e.isAntibiotic)).length,
    injection_encounters: encounters.filter((visit) => visit.some((e) => e.isInjection === true)).length,
    timed_encounters: seconds.length,
    dispensing_seconds: seconds.reduce((a, b) => a + b, 0),
    top_medicines: topByHand(events),
    hourly_distribution: hourly,
  };
}

function topByHand(events: readonly TestEvent[]) {
  const drugs = new Map<string, { drugId: string; drugName: string; count: number }>();
  for (const { drugId, drugName } of events) {
    const known = drugs.get(drugId) ?? { drugId, drugName, count: 0 };
    drugs.set(drugId, {
      drugId,
      drugName: drugName > known.drugName ? drugName : known.drugName,
      count: known.count + 1,
    });
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...drugs.values()]
    .sort((a, b) => b.count - a.count || order(a.drugName, b.drugName) || order(a.drugId, b.drugId))
    .slice(0, 10);
}
