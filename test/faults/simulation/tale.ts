/** What happened, so that a failure tells the steps that have to do with it. */

interface Told {
  readonly step: number;
  readonly words: string;
  readonly verdict: string;
  readonly about: ReadonlySet<string>;
}

const kept = 2_000;
const shown = 15;

export class Tale {
  readonly #told: Told[] = [];

  add(step: number, words: string, verdict: string, about: Iterable<string>): void {
    this.#told.push({ step, words, verdict, about: new Set(about) });
    if (this.#told.length > kept) this.#told.shift();
  }

  /** The last step, and those before it that speak of an id in the problems, or of what the last step was about. */
  tail(problems: readonly string[]): string[] {
    const last = this.#told.at(-1);
    if (last === undefined) return [];
    const named = problems.flatMap((problem) => problem.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? []);
    const ids = named.length > 0 ? named : [...last.about];
    const related = this.#told.filter((one) => one === last || ids.some((id) => one.about.has(id)));
    return related.slice(-shown).map(({ step, words, verdict }) => `step ${step}: ${words}: ${verdict}`);
  }
}
