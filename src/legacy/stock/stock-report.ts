/** What a consolidation did: as data, and in lines for a person. Pure. */
import { groupBy } from '../../domain/group-by.ts';
import type { Speed } from './compare-speed.ts';
import type { Proof } from './prove-stock.ts';
import type { Written } from './write-stock.ts';

export interface StockReport extends Written {
  readonly run: number;
  readonly dryRun: boolean;
  readonly read: number;
  readonly refused: readonly { readonly row: string; readonly reason: string }[];
  readonly differences: readonly Difference[];
  readonly defaults: readonly string[];
  readonly proof: Proof;
  readonly speed: Speed;
}

/** The main table's value was taken; where it had none, the copy's. */
export interface Difference {
  readonly row: string;
  readonly column: string;
  readonly copy: string;
  readonly main: string | null;
  readonly other: string | null;
}

/** What is kept of a report: rows are counted, not named. */
export interface StockFigures extends Omit<StockReport, 'refused' | 'differences'> {
  readonly refused: number;
  /** By column and copy: in how many rows it says otherwise than the main table. */
  readonly differences: Readonly<Record<string, number>>;
}

export function figuresOf({ refused, differences, ...figures }: StockReport): StockFigures {
  const byColumn = groupBy(differences, ({ column, copy }) => `${copy}.${column}`);
  return {
    ...figures,
    refused: refused.length,
    differences: Object.fromEntries([...byColumn].map(([column, rows]) => [column, rows.length])),
  };
}

const whole = (number: number) => number.toLocaleString('en');
const rowsOf = (number: number) => (number === 1 ? '1 row' : `${whole(number)} rows`);

/** Reasons with how many rows they hold for, the most frequent first, and one of the rows. */
export function refusedLines(refused: StockReport['refused'], most: number): string[] {
  const groups = [...groupBy(refused, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length);
  const lines = groups.slice(0, most).map(([reason, rows]) => {
    const among = rows.length === 1 ? '' : ' among them';
    return `${rowsOf(rows.length)} refused (${rows[0]?.row ?? ''}${among}): ${reason}`;
  });
  const left = groups.slice(most).reduce((sum, [, rows]) => sum + rows.length, 0);
  return left === 0 ? lines : [...lines, `${rowsOf(left)} refused for other reasons`];
}

export function stockLines(figures: StockFigures): string[] {
  const { dryRun, read, added, unchanged, changedThere, refused, reservations, proof, speed } = figures;
  const would = dryRun ? 'would be ' : '';
  const saved = Math.round((1 - speed.oneTableMs / speed.fourTablesMs) * 100);
  return [
    `${rowsOf(read)} read: ${whole(added)} ${would}brought in, ${whole(unchanged + changedThere)} here already, ${whole(refused)} ${would}refused.`,
    `${whole(reservations)} reservations ${would}brought in.`,
    ...(changedThere > 0
      ? [
          `${whole(changedThere)} of those here already hold something else in the old system now: they are left as they are here.`,
        ]
      : []),
    ...differencesOf(figures),
    ...figures.defaults,
    ...(proof.rows === 0
      ? []
      : [
          `Proved: ${whole(proof.rows)} rows of ours, ${Object.keys(proof.checksums).length} columns, are what the join of the old tables says.`,
          `The same question on the same rows: ${speed.fourTablesMs.toFixed(2)} ms of four tables, ${speed.oneTableMs.toFixed(2)} ms of one (${saved} % less).`,
        ]),
    `Next: ${nextOf(figures)}`,
  ];
}

function differencesOf({ differences }: StockFigures): string[] {
  const each = Object.entries(differences)
    .map(([column, rows]) => `${column} in ${rowsOf(rows)}`)
    .sort();
  return each.length === 0
    ? []
    : [`Otherwise than in the main table, whose value is taken where it has one: ${each.join(', ')}.`];
}

function nextOf({ dryRun, refused }: StockFigures): string {
  const mend =
    'correct the refused rows in the old system, or say in a mapping file (--mapping) what their words mean; then ';
  if (dryRun) return `${refused > 0 ? mend : ''}run it without --dry-run.`;
  return refused > 0
    ? `${mend}run it again: what is here stays as it is.`
    : 'lotkeeper db verify proves the books; name the products.';
}
