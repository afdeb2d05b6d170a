/**
 * The part of a Berlinger export (Fridge-tag, Q-tag) that is not a table: lines of "name: value", more than one on a line
 * parted by ", ", nested by spaces. Pure.
 */
export type Fields = ReadonlyMap<string, string>;

export interface HeaderLine {
  /** Names of the lines that it stands under: "Hist/1/Alarm/0". */
  readonly path: string;
  readonly fields: Fields;
}

export class LoggerHeader {
  readonly #lines: HeaderLine[] = [];
  readonly #above: string[] = [];

  add(line: string): void {
    const depth = line.length - line.trimStart().length;
    const fields = new Map(
      line
        .trim()
        .split(/,\s+/)
        .map((field) => {
          const colon = field.indexOf(':');
          return colon < 0 ? ([field, ''] as const) : ([field.slice(0, colon), field.slice(colon + 1).trim()] as const);
        }),
    );
    const [name = ''] = fields.keys();
    this.#above.length = Math.min(depth, this.#above.length);
    this.#lines.push({ path: this.#above.join('/'), fields });
    this.#above[depth] = name;
  }

  /** The first that stands there under the name; "" where there is none. */
  value(path: string, name: string): string {
    return (
      this.under(path)
        .find((fields) => fields.has(name))
        ?.get(name) ?? ''
    );
  }

  /** Each line that stands there. */
  under(path: string): Fields[] {
    return this.#lines.filter((line) => line.path === path).map(({ fields }) => fields);
  }
}
