/**
 * Dear answers that this process keeps for half a minute, for all who ask the same; who asks while one is being worked
 * out waits for it. Never for a decision.
 */
import { keptAnswers } from '../observe/metrics.ts';

const keepMs = 30_000;

export class KeptAnswers<Answer> {
  readonly #answers = new Map<string, { readonly at: number; readonly answer: Promise<Answer> }>();

  async get(question: string, workOut: () => Promise<Answer>): Promise<Answer> {
    this.#forgetOld();
    const kept = this.#answers.get(question);
    keptAnswers.inc({ result: kept === undefined ? 'miss' : 'hit' });
    if (kept !== undefined) return kept.answer;
    const answer = workOut();
    const entry = { at: performance.now(), answer };
    this.#answers.set(question, entry);
    answer.catch(() => {
      if (this.#answers.get(question) === entry) this.#answers.delete(question);
    });
    return answer;
  }

  /** They lie in the order of their age. */
  #forgetOld(): void {
    for (const [question, { at }] of this.#answers) {
      if (performance.now() - at < keepMs) return;
      this.#answers.delete(question);
    }
  }
}
