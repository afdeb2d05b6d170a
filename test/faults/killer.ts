/** Kills our processes and Redis at random, and starts each again a little later. */
import { setTimeout as delay } from 'node:timers/promises';
import { tally } from '../live/crowd.ts';
import type { Run, Stage } from './stage.ts';

export class Killer {
  readonly #killed: string[] = [];
  readonly #coming: Promise<void>[] = [];
  #isRedisAway = false;

  constructor(
    private readonly run: Run,
    private readonly stage: Stage,
  ) {}

  /** Afterwards all of them are there again. */
  async killFor(ms: number): Promise<void> {
    const end = performance.now() + ms;
    const { random } = this.run;
    while (performance.now() < end) {
      await delay(random.between(200, 1_800));
      const victim = random.pick(['api', 'api', 'worker', 'worker', 'redis'] as const);
      const killed = await this[victim]();
      if (killed) this.#killed.push(victim);
    }
    await Promise.all(this.#coming);
  }

  told(): string {
    return `killed ${JSON.stringify(tally(this.#killed))}`;
  }

  async api(): Promise<boolean> {
    const { apis, clients } = this.stage;
    const index = this.run.random.between(0, 1);
    const [api] = apis.splice(index, 1);
    const [client] = clients.splice(index, 1);
    if (api === undefined) return false;
    await api.kill();
    await client?.close();
    this.#comesBack(() => this.stage.addApi());
    return true;
  }

  async worker(): Promise<boolean> {
    const [worker] = this.stage.workers.splice(this.run.random.between(0, 1), 1);
    if (worker === undefined) return false;
    await worker.kill();
    this.#comesBack(() => this.stage.addWorker());
    return true;
  }

  /** With all that is in it. */
  async redis(): Promise<boolean> {
    const { redis } = this.stage;
    if (redis === null || this.#isRedisAway) return false;
    this.#isRedisAway = true;
    await redis.kill();
    this.#comesBack(async () => {
      await redis.startAgain();
      this.#isRedisAway = false;
    });
    return true;
  }

  #comesBack(start: () => Promise<unknown>): void {
    const awayMs = this.run.random.between(0, 2_000);
    this.#coming.push(
      delay(awayMs).then(async () => {
        await start();
      }),
    );
  }
}
