/**
 * The same events arrive at pharmacies of their own in ten orders: shuffled, backwards, months late, doubled within a call
 * and across calls, taken back in between. Meanwhile the worker that keeps the summaries is killed (SIGKILL), in the middle
 * of a count and whenever chance has it. In the end every pharmacy has each event once, with the risk and in the
 * summaries that a count by hand of what was sent gives, the same for all of them.
 */
import { isDeepStrictEqual } from 'node:util';
import { Random } from '../../src/seed/random.ts';
import { countedByHand } from '../dispensing-events.ts';
import type { Answer } from '../live/api-client.ts';
import { tokenFor } from '../live/api-process.ts';
import { crowd } from '../live/crowd.ts';
import { outsidePharmacy } from '../received-events.ts';
import {
  arrivalOf,
  lastCalls,
  risksByHand,
  sentEvents,
  ways,
  type Call,
  type SentEvent,
  type Way,
} from './arrival-plan.ts';
import { brokenBooks, expectEqual, insist, onStage, type Check, type Run, type Stage } from './stage.ts';
import { hold, pause, untilSettled } from './waiting.ts';

export const arrival: Check = {
  name: 'arrival',
  mutants: ['doubles-counted', 'repeats-as-they-came', 'days-of-reversals-unmarked'],
  isDear: true,
  run: runArrival,
};

const timeZone = 'America/New_York';

/** One pharmacy and the order in which its events come. */
interface Sender {
  readonly pharmacyId: string;
  readonly way: Way;
  readonly calls: readonly Call[];
  /** Of what it sent, how much was said to be new. */
  readonly taken: { events: number; reversals: number };
}

async function runArrival(run: Run): Promise<string[]> {
  const isLong = !run.short && run.mutant === null;
  const [size, orders, rounds] = isLong ? [20_000, 10, 8] : [300, 3, 2];
  const events = sentEvents(run.random, size);
  return onStage(run, { apis: 1, clients: 4, workers: 1 }, async (stage) => {
    const senders = await Promise.all(
      Array.from({ length: orders }, (_none, order) => senderOf(run, stage, events, order)),
    );
    const kills = new Kills(run, stage);
    for (let round = 1; round < rounds; round += 1) {
      const sending = () => send(stage, senders, (calls) => part(calls.slice(0, -lastCalls), round, rounds - 1));
      await (round % 2 === 0 ? kills.amidACount(sending) : kills.while(sending));
    }
    // The last time nothing comes afterwards that would mark a day again.
    await kills.amidACount(() => send(stage, senders, (calls) => calls.slice(-lastCalls)));
    await untilSettled(stage);
    const sent = senders.flatMap(({ calls }) => calls).flatMap((call) => (call.isSentTwice ? [call, call] : [call]));
    const rows = sent.reduce((sum, call) => sum + call.events.length, 0);
    run.say(
      `${size} events in ${orders} orders: ${rows} rows in ${sent.length} calls; ${kills.told()}; asked again ${stage.askedAgain.count} times`,
    );
    return [...(await wrongSenders(stage, senders, events)), ...(await brokenBooks(stage))];
  });
}

async function senderOf(run: Run, { clinic }: Stage, events: readonly SentEvent[], order: number): Promise<Sender> {
  const random = new Random(run.seed + order + 1);
  const way = ways[order] ?? 'shuffled';
  const pharmacyId = await outsidePharmacy(clinic, { timeZone });
  return { pharmacyId, way, calls: arrivalOf(random, events, way), taken: { events: 0, reversals: 0 } };
}

function part(calls: readonly Call[], round: number, rounds: number): readonly Call[] {
  const upTo = (share: number) => Math.round((calls.length * share) / rounds);
  return calls.slice(upTo(round - 1), upTo(round));
}

/** Each sender's calls one after the other, those that are sent twice at once; beside those of the other senders. */
async function send(
  stage: Stage,
  senders: readonly Sender[],
  which: (calls: readonly Call[]) => readonly Call[],
): Promise<void> {
  const token = await tokenFor((await stage.clinic.actor(['SERVICE'])).id);
  await crowd(senders.length, senders, async (sender) => {
    for (const call of which(sender.calls)) {
      const times = call.isSentTwice ? [1, 2] : [1];
      const answers = await Promise.all(times.map(() => sendOne(stage, token, sender, call)));
      const taken = answers.reduce((sum, { accepted }) => sum + accepted, 0);
      sender.taken[call.takesBack ? 'reversals' : 'events'] += taken;
    }
  });
}

const counts = '{ accepted duplicates refused { index code } }';
const recordMutation = `mutation ($events: [DispensingEventInput!]!) { recordDispensingEvents(events: $events) ${counts} }`;
const reverseMutation = `mutation ($input: ReverseDispensingEventsInput!) { reverseDispensingEvents(input: $input) ${counts} }`;

interface Counts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: readonly { readonly code: string }[];
}

async function sendOne(stage: Stage, token: string, { pharmacyId }: Sender, call: Call): Promise<Counts> {
  const { events, takesBack } = call;
  const [client] = stage.clients;
  if (client === undefined) throw new Error('There is no API to call');
  const answer = await insist(stage, () =>
    takesBack
      ? client.call(token, reverseMutation, { input: { pharmacyId, dispenseRecordIds: events.map(({ id }) => id) } })
      : client.call(token, recordMutation, { events: events.map((event) => inputOf(event, pharmacyId)) }),
  );
  const told = countsOf(answer);
  const others = told.refused.filter(({ code }) => !takesBack || code !== 'NOT_FOUND');
  if (others.length > 0 || told.accepted + told.duplicates + told.refused.length !== events.length)
    throw new Error(`${events.length} events were answered ${JSON.stringify(told).slice(0, 300)}`);
  return told;
}

function countsOf(answer: Answer): Counts {
  if (answer.kind !== 'done') throw new Error(`A call was not done: ${JSON.stringify(answer)}`);
  const [counts] = Object.values(answer.data);
  return counts as Counts;
}

const notSent: ReadonlySet<string> = new Set(['id', 'isTakenBack', 'riskCategory'] satisfies (keyof SentEvent)[]);

function inputOf(event: SentEvent, pharmacyId: string) {
  const own = Object.fromEntries(Object.entries(event).filter(([name]) => !notSent.has(name)));
  return { ...own, pharmacyId, dispenseRecordId: event.id, userId: 'somebody there' };
}

/** Of the one worker, and starts it again. */
class Kills {
  #amid = 0;
  #anyTime = 0;

  constructor(
    private readonly run: Run,
    private readonly stage: Stage,
  ) {}

  /** Whenever chance has it, at least once. */
  async while(work: () => Promise<void>): Promise<void> {
    let isUnderWay = true;
    const killing = async () => {
      do {
        await pause(this.run, 0, 4_000);
        await this.#kill();
        this.#anyTime += 1;
        await this.#startAgain();
      } while (isUnderWay);
    };
    await Promise.all([work().finally(() => (isUnderWay = false)), killing()]);
  }

  /** It has counted what the work has marked, the marks are taken away, and it cannot write. */
  async amidACount(work: () => Promise<void>): Promise<void> {
    await untilSettled(this.stage);
    const rows = await hold(this.stage, 'SELECT FROM dpap.daily_summary_cache FOR UPDATE');
    await work();
    await rows.untilWaitedFor();
    await this.#kill();
    this.#amid += 1;
    await rows.release();
    await this.#startAgain();
  }

  told(): string {
    return `killed ${this.#amid} × amid a count, ${this.#anyTime} × at any time`;
  }

  async #kill(): Promise<void> {
    const [worker] = this.stage.workers.splice(0);
    if (worker === undefined) throw new Error('There is no worker to kill');
    await worker.kill();
  }

  async #startAgain(): Promise<void> {
    await pause(this.run, 0, 500);
    await this.stage.addWorker();
  }
}

async function wrongSenders(stage: Stage, senders: readonly Sender[], events: readonly SentEvent[]): Promise<string[]> {
  const risks = risksByHand(events);
  const wanted = {
    events: events.length,
    reversals: events.filter(({ isTakenBack }) => isTakenBack).length,
  };
  const kept = events.filter(({ isTakenBack }) => !isTakenBack);
  const scored = kept.map((event) => ({ ...event, riskCategory: risks.get(event.id)?.category ?? event.riskCategory }));
  const days = countedByHand(scored, timeZone);
  const problems: string[] = [];
  for (const [order, { pharmacyId, way, taken }] of senders.entries()) {
    const wrong = [
      ...expectEqual('said to be new', taken, wanted),
      ...(await wrongRisks(stage, pharmacyId, risks)),
      ...(await wrongDays(stage, pharmacyId, days)),
    ];
    problems.push(...wrong.map((each) => `order ${order + 1}, ${way}: ${each}`));
  }
  const { marks } = await stage.clinic.one<{ marks: number }>('SELECT count(*)::integer AS marks FROM dpap.dirty_day');
  return [...problems, ...expectEqual('marks left', marks, 0)];
}

async function wrongRisks(
  { clinic }: Stage,
  pharmacyId: string,
  risks: ReturnType<typeof risksByHand>,
): Promise<string[]> {
  const rows = await clinic.all<{ id: string; told: string }>(
    `SELECT dispense_record_id AS id, concat_ws(', ', risk_score, risk_category, CASE WHEN high_risk_flag THEN 'high' ELSE 'not high' END,
       (SELECT string_agg(concat(f->>'rule', ' ', f->>'points', ' after ' || substring(f->>'evidence' FROM '\\d+ hours')), ', ' ORDER BY position)
        FROM jsonb_array_elements(risk_flags) WITH ORDINALITY AS t(f, position))) AS told
     FROM dpap.dispensing_event WHERE pharmacy_id = $1`,
    [pharmacyId],
  );
  const wrong = rows.filter(({ id, told }) => told !== risks.get(id)?.told);
  const [first] = wrong;
  return [
    ...expectEqual('events', rows.length, risks.size),
    ...(first === undefined
      ? []
      : [
          `risk of ${wrong.length} events, such as ${first.id}: ${first.told} instead of ${risks.get(first.id)?.told ?? 'none'}`,
        ]),
  ];
}

/** A day that has no events any more is as good as one that has no row. */
async function wrongDays(
  { clinic }: Stage,
  pharmacyId: string,
  days: ReturnType<typeof countedByHand>,
): Promise<string[]> {
  const rows = await clinic.all<{ date: string; figures: Record<string, unknown> }>(
    `SELECT date::text, to_jsonb(s) - '{pharmacy_id,date,updated_at}'::text[] AS figures FROM dpap.daily_summary_cache s
     WHERE pharmacy_id = $1 AND total_prescriptions + total_otc + encounters > 0`,
    [pharmacyId],
  );
  const found = new Map(rows.map(({ date, figures }) => [date, figures]));
  const wanted = new Map([...days].map(([day, figures]) => [day.trim(), figures]));
  return [...new Set([...found.keys(), ...wanted.keys()])].flatMap((day) => {
    const [ours, byHand] = [found.get(day), wanted.get(day)];
    if (isDeepStrictEqual(ours, byHand)) return [];
    const names = Object.keys({ ...ours, ...byHand }).filter(
      (name) => !isDeepStrictEqual(ours?.[name], byHand?.[name]),
    );
    return [
      `summary of ${day}: ${names.map((name) => `${name} ${JSON.stringify(ours?.[name])} instead of ${JSON.stringify(byHand?.[name])}`).join(', ')}`,
    ];
  });
}
