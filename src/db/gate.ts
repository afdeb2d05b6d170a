/**
 * One hot row must not empty the pool: at most `width` pieces of work on one key hold a connection at a time, the others
 * wait here without one, in order. Who has waited `patienceMs` is refused with SERVER_BUSY.
 *
 * Two: one works while the next has its lock asked for and its answer on the way. Of more the database wakes each at each
 * commit, most of them to wait on (64 clients on one batch, in turns: 190 dispenses a second of one at a time, 251 of two,
 * 242 of three, 214 of four).
 */
import { gateWaiting } from '../observe/metrics.ts';

export class GateBusy extends Error {}

interface Waiting {
  readonly admit: () => void;
  readonly refuse: (error: unknown) => void;
}

interface Lane {
  running: number;
  readonly waiting: Waiting[];
}

export class Gate {
  readonly #lanes = new Map<string, Lane>();

  constructor(
    private readonly width = 2,
    private readonly patienceMs = 2_000,
  ) {}

  async run<T>(key: string, work: () => Promise<T>, isMetByAll: (error: unknown) => boolean = () => false): Promise<T> {
    await this.#enter(key);
    try {
      return await work();
    } catch (error) {
      if (isMetByAll(error)) for (const { refuse } of this.#lanes.get(key)?.waiting.splice(0) ?? []) refuse(error);
      throw error;
    } finally {
      this.#leave(key);
    }
  }

  async #enter(key: string): Promise<void> {
    const lane = this.#lanes.get(key) ?? { running: 0, waiting: [] };
    this.#lanes.set(key, lane);
    if (lane.running < this.width) {
      lane.running += 1;
      return;
    }
    gateWaiting.inc();
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        admit: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error instanceof Error ? error : new GateBusy());
        },
      };
      const timer = setTimeout(() => {
        lane.waiting.splice(lane.waiting.indexOf(waiting), 1);
        waiting.refuse(new GateBusy());
      }, this.patienceMs);
      lane.waiting.push(waiting);
    }).finally(() => {
      gateWaiting.dec();
    });
  }

  /** The place is handed over, not given back and taken again: nobody slips in before the one who waits. */
  #leave(key: string): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    const next = lane.waiting.shift();
    if (next !== undefined) {
      next.admit();
      return;
    }
    lane.running -= 1;
    if (lane.running === 0) this.#lanes.delete(key);
  }
}
