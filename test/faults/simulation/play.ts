/**
 * One run: step after step of what a clinic may do, some of them disturbed, each followed by a look whether the database
 * is what the model says. Where two calls race, it must be what one of their two orders makes.
 */
import { refusalFor } from '../../../src/db/database-error.ts';
import { verifyBooks } from '../../../src/domain/verify-books.ts';
import { Random } from '../../../src/seed/random.ts';
import type { Cluster } from '../../live/cluster.ts';
import { differences, expected, stored, unsound, type Seen } from './compare.ts';
import { countKinds } from './counts.ts';
import { coldKinds } from './cold-chain.ts';
import { deliveryKinds } from './deliveries.ts';
import { dispensingKinds } from './dispensing.ts';
import { Interruptions, type Fault } from './interruptions.ts';
import { lotKinds } from './lots.ts';
import { forget, newModel, type Model } from './model.ts';
import { openingKinds } from './openings.ts';
import { recallKinds } from './recalls.ts';
import { receiptKinds } from './receipts.ts';
import { reservationKinds } from './reservations.ts';
import { settleTouched } from './rules.ts';
import { endWorld, makeWorld, type Kind, type Made, type Scene, type Step, type World } from './scene.ts';
import { shelfKinds } from './shelf.ts';
import { Tale } from './tale.ts';
import { wrongTraces } from './trace.ts';
import { transferKinds } from './transfers.ts';
import { vialKinds } from './vials.ts';
import { wasteKinds } from './wastes.ts';

const kinds: readonly Kind[] = [
  ...[...deliveryKinds, ...shelfKinds, ...lotKinds, ...reservationKinds, ...dispensingKinds],
  ...[
    ...openingKinds,
    ...vialKinds,
    ...wasteKinds,
    ...transferKinds,
    ...receiptKinds,
    ...coldKinds,
    ...countKinds,
    ...recallKinds,
  ],
];
const weights = kinds.reduce((sum, { weight }) => sum + weight, 0);

const booksEvery = 500;
/** So often all batches are looked at, also those in which nobody has written. */
const wholeEvery = 25;
const remembered = 30;
const mostTries = 10;

export interface Told {
  readonly problems: readonly string[];
  readonly steps: number;
  /** How often each word was the outcome. */
  readonly counts: Readonly<Record<string, number>>;
}

interface Called {
  readonly step: Step;
  /** 'done' or the code of the refusal. */
  readonly verdict: string;
  readonly made: Made;
}

export async function play(cluster: Cluster, seed: number, steps: number): Promise<Told> {
  const model = newModel();
  const world = await makeWorld(cluster, model);
  const run = new Play(world, seed, model);
  try {
    return await run.through(steps);
  } finally {
    run.end();
    await endWorld(world);
  }
}

class Play {
  readonly #faults: Interruptions;
  readonly #tale = new Tale();
  readonly #counts: Record<string, number> = {};
  readonly #done: Called[] = [];
  #step = 0;
  #since: string | null = null;

  constructor(
    private readonly world: World,
    private readonly seed: number,
    private model: Model,
  ) {
    this.#faults = new Interruptions(world.admin, databaseOf(world));
    this.#faults.install();
  }

  end(): void {
    this.#faults.uninstall();
  }

  async through(steps: number): Promise<Told> {
    for (this.#step = 1; this.#step <= steps; this.#step += 1) {
      const problems = await this.#next().catch((error: unknown) => [stackOf(error)]);
      if (problems.length === 0 && (this.#step % booksEvery === 0 || this.#step === steps)) {
        problems.push(...(await this.#books()));
      }
      if (problems.length > 0) return this.#told([...problems.slice(0, 8), ...this.#tale.tail(problems)]);
    }
    return this.#told([]);
  }

  #told(problems: readonly string[]): Told {
    const where = problems.length === 0 ? [] : [`seed ${this.seed}, step ${this.#step}:`];
    return { problems: [...where, ...problems], steps: this.#step, counts: this.#counts };
  }

  async #books(): Promise<string[]> {
    const faults = await verifyBooks(this.world.clinic.db);
    return faults.map(({ check, entity, id, message }) => `the books: ${check}: ${entity} ${id}: ${message}`);
  }

  /** Its chance depends on the seed and the number of the step alone. */
  async #next(): Promise<string[]> {
    const random = new Random(this.seed * 1_000_003 + this.#step * 7_919);
    forget(this.model);
    const before = new Map([...this.model.batches].map(([id, { seq }]) => [id, seq]));
    const dice = random.between(1, 100);
    if (dice <= 4) return this.#race(random, before);
    const scene: Scene = { world: this.world, model: this.model, random, focus: null };
    if (dice <= 6 && this.#done.length > 0) return this.#again(random.pick(this.#done), before);
    const step = someStep(scene);
    if (step.isArranged === true) return this.#judge([[await called(step)]], before);
    if (dice <= 13) return this.#disturbed(step, random, before);
    if (dice <= 15 && step.isRepeatable) return this.#twiceAtOnce(step, before);
    const one = await called(step);
    this.#keep(one);
    return this.#judge([[one]], before);
  }

  #keep(one: Called): void {
    const { skipsHeld, isUnkeyed } = one.step;
    if (one.verdict !== 'done' || skipsHeld === true || isUnkeyed === true) return;
    this.#done.push(one);
    if (this.#done.length > remembered) this.#done.shift();
  }

  /** A call of some time ago, under its key: it answers as it did, and nothing happens. */
  async #again(old: Called, before: ReadonlyMap<string, number>): Promise<string[]> {
    const { made, verdict } = await called(old.step);
    this.#count('asked again');
    const same = verdict === 'done' && inWords(made) === inWords(old.made);
    this.#tale.add(this.#step, `again: ${old.step.words}`, verdict, old.step.about);
    const problems = same
      ? []
      : [`asked again, "${old.step.words}" answers ${verdict} ${inWords(made)} instead of ${inWords(old.made)}`];
    return [...problems, ...(await this.#judge([[]], before))];
  }

  async #disturbed(step: Step, random: Random, before: ReadonlyMap<string, number>): Promise<string[]> {
    const fault: Fault = random.pick(
      step.isRepeatable ? ['cut', 'answer lost', 'not serialised', 'deadlock'] : ['cut', 'not serialised'],
    );
    this.#faults.arm(fault, random.between(0, 6));
    const one = await called(step);
    this.#count(this.#faults.disarm() ? 'not disturbed' : fault);
    return this.#judge([[{ ...one, step: { ...step, words: `${step.words} (${fault})` } }]], before);
  }

  async #twiceAtOnce(step: Step, before: ReadonlyMap<string, number>): Promise<string[]> {
    const [one, two] = await Promise.all([called(step), called(step)]);
    this.#count('twice at once');
    if (step.skipsHeld === true) return this.#judge([[one, await called(step)]], before);
    const same = one.verdict === two.verdict && inWords(one.made) === inWords(two.made);
    const problems = same
      ? []
      : [
          `twice at once, "${step.words}" answers ${one.verdict} ${inWords(one.made)} and ${two.verdict} ${inWords(two.made)}`,
        ];
    return [...problems, ...(await this.#judge([[one]], before))];
  }

  async #race(random: Random, before: ReadonlyMap<string, number>): Promise<string[]> {
    const filled = [...this.model.batches.values()].filter(({ buckets }) => buckets.ON_HAND > 0n);
    const focus = filled.length === 0 ? null : random.pick(filled).id;
    const scene: Scene = { world: this.world, model: this.model, random, focus };
    const steps = [someStep(scene), someStep(scene)].filter(({ isArranged }) => isArranged !== true);
    const calls = await Promise.all(steps.map(called));
    this.#count('raced');
    const later = await Promise.all(steps.filter(({ skipsHeld }) => skipsHeld === true).map(called));
    return this.#judge(
      [
        [...calls, ...later],
        [...calls.toReversed(), ...later],
      ],
      before,
    );
  }

  /** One of the orders must have led to what was answered and to what is stored. */
  async #judge(orders: readonly (readonly Called[])[], before: ReadonlyMap<string, number>): Promise<string[]> {
    const played = orders.map((order) => this.#played(order, orders.length > 1));
    const touched = new Set(played.flatMap(({ model }) => [...model.touched]));
    const seen: Seen = { touched, since: this.#step % wholeEvery === 0 ? null : this.#since, before };
    const { lines: database, until } = await stored(this.world.clinic, seen);
    this.#since = until;
    const found = played.map(({ model, problems }) => [
      ...problems,
      ...differences(database, expected(model, seen, database)),
      ...unsound(model),
    ]);
    const right = found.findIndex((problems) => problems.length === 0);
    for (const { step, verdict } of orders[0] ?? []) {
      this.#tale.add(this.#step, orders.length > 1 ? `racing: ${step.words}` : step.words, verdict, [
        ...step.about,
        ...touched,
      ]);
      this.#count(verdict === 'done' ? 'done' : 'refused');
    }
    const model = played[right]?.model;
    if (model === undefined) return found[0] ?? [];
    this.model = model;
    return wrongTraces(this.world, model);
  }

  #played(order: readonly Called[], isCopied: boolean): { readonly model: Model; readonly problems: string[] } {
    const model = isCopied ? structuredClone(this.model) : this.model;
    model.lines.length = 0;
    model.touched.clear();
    const problems: string[] = [];
    for (const { step, verdict, made } of order) {
      const wanted = step.play(model, made);
      settleTouched(model);
      if (wanted !== verdict) problems.push(`"${step.words}" answers ${verdict}, the model ${wanted}`);
    }
    return { model, problems };
  }

  #count(word: string): void {
    this.#counts[word] = (this.#counts[word] ?? 0) + 1;
  }
}

function someStep(scene: Scene): Step {
  for (;;) {
    let left = scene.random.between(1, weights);
    const kind = kinds.find(({ weight }) => (left -= weight) <= 0);
    const step = kind?.make(scene) ?? null;
    if (step !== null) return step;
  }
}

/** As a good client does: what may be tried again is, under the same key. */
async function called(step: Step): Promise<Called> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { step, verdict: 'done', made: await step.call() };
    } catch (error) {
      const refusal = refusalFor(error);
      if (refusal === null) throw new Error(`"${step.words}" fails`, { cause: error });
      if (refusal.context['retryable'] !== true || attempt === mostTries)
        return { step, verdict: refusal.code, made: {} };
    }
  }
}

function inWords(made: Made): string {
  return Object.entries(made)
    .map(([name, ids]) => `${name}: ${ids.join(' ')}`)
    .sort()
    .join(', ');
}

function databaseOf({ clinic }: World): string {
  return new URL(clinic.database.appUrl).pathname.slice(1);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? (error.stack ?? error.message) : `${error.message}: ${stackOf(error.cause)}`;
}
