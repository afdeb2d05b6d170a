/**
 * Random sequences of all verbs against a model in memory that knows the rules by itself, with connections that are cut,
 * answers that are lost, failures that the database asks to retry, calls made twice, and two calls at once on one batch.
 * After every step the database must be the model; every 500 steps, and at the end, the books are proved.
 */
import { rewritten } from '../rewritten.ts';
import { play } from './simulation/play.ts';
import type { Check, Run } from './stage.ts';

/** What each takes out of the statements, and puts there instead. */
const mutants: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'unit-lost': [
    'on_hand_quantity = s.on_hand_quantity + n.on_hand',
    'on_hand_quantity = s.on_hand_quantity + greatest(n.on_hand, -1)',
  ],
  'held-not-recalled': [
    'SELECT * FROM inventory.stock WHERE lot_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE',
    'SELECT * FROM inventory.stock WHERE lot_id = ANY($1::uuid[]) AND hold_quantity = 0 ORDER BY id FOR UPDATE',
  ],
  'returned-free': ['p.dea_schedule AS "deaSchedule", lot.lot_code', 'NULL AS "deaSchedule", lot.lot_code'],
  'no-lock': ['s.location_id = ANY($10::uuid[])) FOR UPDATE', 's.location_id = ANY($10::uuid[]))'],
  'key-forgotten': ['$4, $5, $6::bytea', '$4, $5 || gen_random_uuid()::text, $6::bytea'],
  'doses-forgotten': [
    `SELECT id, patient_id AS "patientId", doses, charge, reverses FROM inventory.vial_usage_record WHERE session_id = $1`,
    `SELECT id, patient_id AS "patientId", doses, charge, reverses FROM inventory.vial_usage_record WHERE session_id = $1 AND reverses IS NULL`,
  ],
};

export const simulation: Check = { name: 'simulation', mutants: Object.keys(mutants), run: runSimulation };

async function runSimulation(run: Run): Promise<string[]> {
  const seeds = run.mutant !== null ? 1 : run.short ? 2 : 20;
  const steps = run.short ? 500 : 10_000;
  const rewrite = run.mutant === null ? undefined : mutants[run.mutant];
  const problems: string[] = [];
  const outcomes: Record<string, number> = {};
  const began = performance.now();
  let played = 0;
  for (let seed = run.seed; seed < run.seed + seeds && problems.length === 0; seed += 1) {
    const once = () => play(run.cluster, seed, steps);
    const told = await (rewrite === undefined ? once() : rewritten(...rewrite, once));
    for (const [word, count] of Object.entries(told.counts)) outcomes[word] = (outcomes[word] ?? 0) + count;
    played += told.steps;
    problems.push(...told.problems);
  }
  const perSecond = Math.round((played / (performance.now() - began)) * 1_000);
  run.say(`${seeds} seeds of ${steps} steps, ${perSecond} a second: ${JSON.stringify(outcomes)}`);
  return problems;
}
