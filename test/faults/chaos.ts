/**
 * Two API processes, two workers and Redis, each killed at random and started again a little later, often several at a
 * time, under load: clients take units until they are acknowledged, people ask for jobs, subscribers follow. At the end
 * every alert that is due is there and was told once, every job's effect is there once, every run that was asked for is
 * made, and every subscriber has heard everything, in order, once. The same without Redis.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { requestJob } from '../../src/domain/jobs/request-job.ts';
import { Random } from '../../src/seed/random.ts';
import { tokenFor } from '../live/api-process.ts';
import { Subscriber, whatIsWrong } from '../live/subscriber.ts';
import { Customers } from './customers.ts';
import { dueReservations, stockUp, wrongAlerts, wrongReservations } from './shelf.ts';
import { brokenBooks, onStage, type Check, type Run, type Stage } from './stage.ts';
import { Killer } from './killer.ts';
import { until, untilSettled } from './waiting.ts';

export const chaos: Check = {
  name: 'chaos',
  mutants: ['looked-after-once', 'after-the-last-id'],
  waits: true,
  run: runChaos,
};

async function runChaos(run: Run): Promise<string[]> {
  const show = (withRedis: boolean) => {
    const own = { ...run, random: new Random(run.random.between(1, 1_000_000_000)) };
    return onStage(own, { apis: 2, clients: 8, workers: 2, withRedis }, (stage) => play(own, stage));
  };
  // The long run has the machine for itself, once and then again.
  if (run.short) return (await Promise.all([show(true), show(false)])).flat();
  return [...(await show(true)), ...(await show(false))];
}

async function play(run: Run, stage: Stage): Promise<string[]> {
  await untilSettled(stage);
  const productIds = await stockUp(stage.clinic, 20_000);
  const subscribers = await follow(run, stage);
  const customers = new Customers(stage, productIds);
  customers.begin(4);
  const people = new Askers(run, stage);
  const killer = new Killer(run, stage);
  await killer.killFor(run.short ? 20_000 : 180_000);
  await customers.rest();
  await people.rest();
  await customers.settle();
  const calm = performance.now();
  await untilSettled(stage);
  const problems = [
    ...(await wrongAlerts(stage.clinic, productIds, customers.low)),
    ...(await people.problems()),
    ...(await unheard(stage, subscribers)),
    ...(await brokenBooks(stage)),
  ];
  const store = stage.redis === null ? 'without Redis' : 'with Redis';
  run.say(
    `${store}: ${killer.told()}; ${customers.low.size} products low, ${people.asked} runs asked for, ${subscribers.length} subscribers; ` +
      `at rest ${((performance.now() - calm) / 1_000).toFixed(1)} s after the last`,
  );
  return problems.map((each) => `${store}: ${each}`);
}

async function follow(run: Run, stage: Stage): Promise<Subscriber[]> {
  return Promise.all(
    Array.from({ length: 10 }, async () => {
      const token = await tokenFor((await stage.clinic.actor(['TECHNICIAN'])).id);
      // Where nobody is, nobody answers.
      const url = () => (stage.apis.length === 0 ? 'http://127.0.0.1:1' : run.random.pick(stage.apis).url);
      return new Subscriber({ token, url, after: '0', awayMs: () => run.random.between(0, 300) });
    }),
  );
}

async function unheard({ clinic }: Stage, subscribers: readonly Subscriber[]): Promise<string[]> {
  await until(
    () => 'all alerts have their numbers',
    async () => (await clinic.all('SELECT FROM inventory.alert_feed WHERE seq IS NULL LIMIT 1')).length === 0,
  );
  const rows = await clinic.all<{ id: string }>('SELECT alert_id AS id FROM inventory.alert_feed ORDER BY seq');
  const wanted = rows.map(({ id }) => id);
  const heardAll = async () => subscribers.every(({ told }) => told.length >= wanted.length);
  await until(() => 'everybody has heard everything', heardAll, 30_000).catch(() => undefined);
  await Promise.all(subscribers.map((each) => each.close()));
  return subscribers.flatMap((each, index) => whatIsWrong(`subscriber ${index}`, each, wanted));
}

/** People who let reservations run out, and ask for the job that ends them. */
class Askers {
  readonly #reservations: string[] = [];
  readonly #working: Promise<void>;
  asked = 0;
  #goesOn = true;

  constructor(
    private readonly run: Run,
    private readonly stage: Stage,
  ) {
    this.#working = this.#ask();
  }

  async rest(): Promise<void> {
    this.#goesOn = false;
    await this.#working;
  }

  async problems(): Promise<string[]> {
    const { clinic } = this.stage;
    const runs = await clinic.all<{ state: string }>('SELECT state FROM ops.job_run WHERE requested_by IS NOT NULL');
    const open = runs.filter(({ state }) => state !== 'COMPLETED');
    return [
      ...(runs.length === this.asked ? [] : [`${runs.length} runs of ${this.asked} that were asked for`]),
      ...open.map(({ state }) => `a run that was asked for is ${state}`),
      ...(await wrongReservations(clinic, this.#reservations)),
    ];
  }

  async #ask(): Promise<void> {
    const { clinic } = this.stage;
    const actor = await clinic.actor(['MANAGER']);
    while (this.#goesOn) {
      this.#reservations.push(...(await dueReservations(clinic, 3)));
      await clinic.as(actor, (tx) => requestJob(tx, 'runJob', 'expire-reservations'));
      this.asked += 1;
      await delay(this.run.random.between(300, 1_500));
    }
  }
}
