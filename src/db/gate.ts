/**
 * One hot row must not empty the pool: at most `width` pieces of work on one key hold a connection at a time, the others
 * wait here without one, in order. Who has waited `patienceMs` is refused with SERVER_BUSY.
 */
export class GateBusy extends Error {}

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

export class Gate {
  readonly #lanes = new Map<string, Lane>();

  constructor(
    private readonly width = 4,
    private readonly patienceMs = 2_000,
  ) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(key);
    try {
      return await work();
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
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        lane.waiting.splice(lane.waiting.indexOf(admit), 1);
        reject(new GateBusy());
      }, this.patienceMs);
      lane.waiting.push(admit);
    });
  }

  /** The place is handed over, not given back and taken again: nobody slips in before the one who waits. */
  #leave(key: string): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    const next = lane.waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    lane.running -= 1;
    if (lane.running === 0) this.#lanes.delete(key);
  }
}
