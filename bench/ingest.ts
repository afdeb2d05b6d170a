/**
 * Events of other systems in calls of 1 000, over HTTP, against COPY of the same rows by the server itself from a file:
 * into the same table with all its indexes, a transaction for each thousand. In turns, the middle one counts.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Random } from '../src/seed/random.ts';
import { tokenFor } from '../test/live/api-process.ts';
import { rateFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';

const size = 1_000;
/** About the two seconds that other loads have to warm up. */
const warmUp = 20;
const query =
  'mutation ($events: [DispensingEventInput!]!) { recordDispensingEvents(events: $events) { accepted duplicates highRisk refused { index code } } }';

/** All that a row holds, but for what the server computes of it. */
const columns = `timestamp, dispense_record_id, encounter_id, pharmacy_id, user_id, drug_id, drug_name, generic_name, patient_hash, patient_age_group,
  is_prescription, is_controlled_drug, is_antibiotic, is_injection, stg_compliant, override_flag, override_reason, patient_is_pregnant, pregnancy_risk,
  prescribed_by_generic_name, aware_class, dea_schedule, dispensing_seconds, risk_score, risk_category, risk_flags, risk_model_version, local_date,
  local_hour, created_at, synced_at`;

export async function benchIngest(ground: Ground, rounds: number): Promise<Figure[]> {
  const [, locationId = ''] = ground.pairs[0] ?? [];
  const service = await ground.clinic.actor(['SERVICE'], [locationId]);
  const token = await tokenFor(service.id);
  const server = new pg.Client({ connectionString: ground.clinic.database.adminUrl });
  await server.connect();
  const file = join(tmpdir(), `lotkeeper-bench-${randomUUID()}.csv`);
  const times = { ours: [] as number[], again: [] as number[], copied: [] as number[] };
  const random = new Random(1);
  try {
    for (let round = -warmUp; round < rounds; round += 1) {
      const events = eventsOf(random, locationId);
      // As COPY's file, the call is written before the clock runs.
      const call = JSON.stringify({ query, variables: { events } });
      const ours = await timed(() => send(ground.api.url, token, call, 'accepted'));
      await copyOut(server, file, events);
      const copied = await timed(() => server.query(`COPY dpap.dispensing_event (id, ${columns}) FROM '${file}'`));
      const again = await timed(() => send(ground.api.url, token, call, 'duplicates'));
      if (round < 0) continue;
      times.ours.push(ours);
      times.copied.push(copied);
      times.again.push(again);
    }
  } finally {
    await rm(file, { force: true });
    await server.end();
  }
  const rate = (all: readonly number[]) => (size * 1_000) / middle(all);
  const figure = (what: string, all: readonly number[]) =>
    rateFigure('dpap-ingest', what, rate(all), rate(times.copied), 0.3, 'COPY');
  return [
    figure(`events in calls of ${size} over HTTP`, times.ours),
    { ...figure('the same again', times.again), met: null },
  ];
}

/** The rows that were written, under other ids. */
async function copyOut(server: pg.Client, file: string, events: readonly SentEvent[]): Promise<void> {
  const ids = events.map(({ dispenseRecordId }) => `'${dispenseRecordId}'`).join(', ');
  await server.query(
    `COPY (SELECT gen_random_uuid(), ${columns} FROM dpap.dispensing_event WHERE dispense_record_id IN (${ids}) ORDER BY created_at, id) TO '${file}'`,
  );
}

type SentEvent = Readonly<Record<string, unknown>> & { readonly dispenseRecordId: string };

const drugs = Array.from({ length: 300 }, (_none, index) => ({
  drugId: `drug-${index}`,
  drugName: `Medicine ${index} ${50 * (1 + (index % 10))} mg`,
  genericName: `generic ${index}`,
  ...(index % 15 === 0 ? { deaSchedule: index % 45 === 0 ? 'CII' : 'CIV', isControlledDrug: true } : {}),
  ...(index % 6 === 1 ? { isAntibiotic: true, awareClass: index % 4 === 1 ? 'WATCH' : 'ACCESS' } : {}),
}));

/** Of a day of the last month, each in a visit of one to three; some to a patient who comes again. */
function eventsOf(random: Random, pharmacyId: string): SentEvent[] {
  const day = Date.now() - random.between(1, 28) * 86_400_000;
  return Array.from({ length: size }, (_none, index) => ({
    dispenseRecordId: randomUUID(),
    encounterId: `visit-${day}-${Math.floor(index / 2)}`,
    timestamp: new Date(day - random.between(0, 36_000) * 1_000).toISOString(),
    pharmacyId,
    userId: `user-${random.between(1, 20)}`,
    ...random.pick(drugs),
    patientAgeGroup: random.pick(['CHILD', 'ADULT', 'ADULT', 'ELDERLY']),
    patientKey: `patient-${random.between(1, 50_000)}`,
    isPrescription: random.chance(0.7),
    isInjection: random.chance(0.1),
    prescribedByGenericName: random.chance(0.6),
    stgCompliant: random.chance(0.93),
    overrideFlag: random.chance(0.04),
    patientIsPregnant: random.chance(0.03),
    pregnancyRisk: random.chance(0.1),
    dispensingSeconds: random.between(30, 900),
  }));
}

async function send(url: string, token: string, body: string, as: 'accepted' | 'duplicates') {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  const text = await answer.text();
  if (!text.includes(`"${as}":${size}`)) throw new Error(text.slice(0, 500));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const middle = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
