/**
 * What a clock on the wall of a place shows, as instants: an hour that occurs twice in autumn is two of them, one that is
 * left out in spring is none. Pure.
 */
const hour = 3_600_000;
const quarter = 900_000;

/** "2027-03-31 14:05", a T between and seconds allowed, as ms that count as if the wall stood in UTC; null is no such time. */
export function wallTime(text: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?$/.exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part || 0));
  const at = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const canonical = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return canonical === text.slice(0, 16).replace('T', ' ') && seconds < 60 ? at : null;
}

export class LocalClock {
  readonly #format: Intl.DateTimeFormat;
  /** By quarter of an hour: no offset changes within one. */
  readonly #offsets = new Map<number, number>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
      hourCycle: 'h23',
      era: 'short',
    });
  }

  /** None, one or two, the earlier first. */
  instants(wall: number): number[] {
    const offsets = new Set([this.#offset(wall - 24 * hour), this.#offset(wall + 24 * hour)]);
    return [...offsets]
      .map((offset) => wall - offset)
      .filter((at) => at + this.#offset(at) === wall)
      .sort((a, b) => a - b);
  }

  /** The instant for one that goes on from `previous`: of two the later one where the earlier one is past already. */
  next(wall: number, previous: number): number | null {
    const [first, second] = this.instants(wall);
    if (first === undefined) return null;
    return second !== undefined && first <= previous && previous < second ? second : first;
  }

  /** As `next`, but a time that is left out is the one that an unmoved clock shows. */
  nearest(wall: number): number {
    return this.instants(wall)[0] ?? wall - this.#offset(wall - 24 * hour);
  }

  #offset(at: number): number {
    const key = Math.floor(at / quarter);
    const known = this.#offsets.get(key);
    if (known !== undefined) return known;
    if (this.#offsets.size > 10_000) this.#offsets.clear();
    const parts = new Map(this.#format.formatToParts(key * quarter).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = (
      ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
    ).map((type) => parts.get(type));
    const offset = Date.UTC(year, month - 1, day, hours, minutes, seconds) - key * quarter;
    this.#offsets.set(key, offset);
    return offset;
  }
}
