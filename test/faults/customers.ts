/** Clients who take one unit of one product after the other through a failure, each until it is acknowledged: all of them become low. */
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { Answer } from '../live/api-client.ts';
import { callDispense, outcome, type DispenseCall, type Stage } from './stage.ts';

/** So that a machine has time for what the check is about. */
const restMs = 25;

export class Customers {
  readonly answers: Answer[] = [];
  readonly #left: string[];
  readonly #low = new Set<string>();
  readonly #open: DispenseCall[] = [];
  #goesOn = false;
  #working: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly stage: Stage,
    productIds: readonly string[],
  ) {
    this.#left = [...productIds];
  }

  begin(clients: number): void {
    this.#goesOn = true;
    this.#working = Promise.all(
      Array.from({ length: clients }, async (_none, index) => {
        while (this.#goesOn && this.#left.length > 0) {
          await this.#ask(index, this.#open.pop() ?? this.#next());
          await delay(restMs);
        }
      }),
    );
  }

  async rest(): Promise<void> {
    this.#goesOn = false;
    await this.#working;
  }

  /** What was not acknowledged is asked again until it is. */
  async settle(): Promise<void> {
    for (let attempt = 0; attempt < 100 && this.#open.length > 0; attempt += 1) {
      await Promise.all(this.#open.splice(0).map((call, index) => this.#ask(index + attempt, call)));
      if (this.#open.length > 0) await delay(100);
    }
    if (this.#open.length > 0) throw new Error(`${this.#open.length} calls were never acknowledged`);
  }

  /** Products of which a unit is gone. */
  get low(): ReadonlySet<string> {
    return this.#low;
  }

  /** Answers that a caller may not get while our processes run. */
  wrongAnswers(): string[] {
    const wrong = this.answers.filter(
      (answer) => answer.kind !== 'done' && !(answer.kind === 'refused' && answer.retryable),
    );
    return [...new Set(wrong.map(outcome))].map((each) => `a call ended with ${each}`);
  }

  async #ask(api: number, call: DispenseCall): Promise<void> {
    if (this.stage.clients.length === 0) {
      this.#open.push(call);
      return;
    }
    const answer = await callDispense(this.stage, api, call);
    this.answers.push(answer);
    if (answer.kind === 'done') for (const { productId } of call.lines) this.#low.add(productId);
    else this.#open.push(call);
  }

  #next(): DispenseCall {
    const productId = this.#left.pop() ?? '';
    const lines = [{ productId, quantity: '1' }];
    return { idempotencyKey: uuid(), locationId: this.stage.clinic.locationId, lines };
  }
}
