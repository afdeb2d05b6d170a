/** Clients that write under their own keys through a failure, ask again what was not answered, and hold us to every answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { groupBy } from '../../src/domain/group-by.ts';
import type { Random } from '../../src/seed/random.ts';
import type { Answer } from '../live/api-client.ts';
import { brokenBooks, callDispense, outcome, recordIds, type DispenseCall, type Stage } from './stage.ts';

interface Kept {
  readonly call: DispenseCall;
  readonly answers: Answer[];
}

/** Each call carries its key as its reason too: so records are found by it. */
export class Writers {
  readonly #kept: Kept[] = [];
  #goesOn = true;
  #working: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly stage: Stage,
    private readonly productIds: readonly string[],
    private readonly random: Random,
  ) {}

  static async of(stage: Stage, random: Random): Promise<Writers> {
    const productIds: string[] = [];
    for (let made = 0; made < 20; made += 1) {
      const productId = await stage.clinic.product();
      await stage.clinic.stock({ productId, quantity: '1000000' });
      productIds.push(productId);
    }
    return new Writers(stage, productIds, random);
  }

  /** Many at once, until `rest`. */
  begin(clients: number): void {
    this.#goesOn = true;
    this.#working = Promise.all(
      Array.from({ length: clients }, async (_none, index) => {
        while (this.#goesOn) {
          const last = await this.#write(index);
          if (last.kind !== 'done') await delay(20);
        }
      }),
    );
  }

  async rest(): Promise<void> {
    this.#goesOn = false;
    await this.#working;
  }

  /** Every key that was not acknowledged is asked again until it is. */
  async settle(): Promise<void> {
    const open = this.#kept.filter(({ answers }) => answers.at(-1)?.kind !== 'done');
    await Promise.all(
      open.map(async (kept, index) => {
        for (let attempt = 0; attempt < 50 && kept.answers.at(-1)?.kind !== 'done'; attempt += 1) {
          if (attempt > 0) await delay(100);
          kept.answers.push(await callDispense(this.stage, index, kept.call));
        }
      }),
    );
  }

  get answers(): readonly Answer[] {
    return this.#kept.flatMap(({ answers }) => answers);
  }

  get keys(): number {
    return this.#kept.length;
  }

  /** Milliseconds until a write was acknowledged again; infinite where none was in 10 s. */
  async acknowledgedAfter(): Promise<number> {
    const began = performance.now();
    while (performance.now() - began < 10_000) {
      if ((await this.#write(0)).kind === 'done') return performance.now() - began;
      await delay(10);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Every key exactly once, and every answer that was given is true. */
  async problems(): Promise<string[]> {
    const { clinic } = this.stage;
    const rows = await clinic.all<{ id: string; reason: string }>('SELECT id, reason FROM inventory.dispense_record');
    const byKey = groupBy(rows, ({ reason }) => reason);
    const found: string[] = [];
    for (const { call, answers } of this.#kept) {
      const records = byKey.get(call.idempotencyKey) ?? [];
      if (records.length !== 1) found.push(`key ${call.idempotencyKey} was done ${records.length} times`);
      for (const id of answers.flatMap(recordIds)) {
        if (records.every((record) => record.id !== id)) found.push(`record ${id} was acknowledged and is not there`);
      }
      const last = answers.at(-1);
      if (last?.kind !== 'done') found.push(`a key ended with ${last === undefined ? 'nothing' : outcome(last)}`);
    }
    return [
      ...found.slice(0, 5),
      ...(found.length > 5 ? [`and ${found.length - 5} more`] : []),
      ...(await brokenBooks(this.stage)),
    ];
  }

  async #write(api: number): Promise<Answer> {
    const key = uuid();
    const call = {
      idempotencyKey: key,
      locationId: this.stage.clinic.locationId,
      lines: [{ productId: this.random.pick(this.productIds), quantity: '1' }],
      reason: key,
    };
    const kept: Kept = { call, answers: [] };
    this.#kept.push(kept);
    const answer = await callDispense(this.stage, api, call);
    kept.answers.push(answer);
    return answer;
  }
}
