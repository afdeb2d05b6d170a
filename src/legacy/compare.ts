/**
 * Sums of the columns of images and of the rows of ours that were made of them, by which the two are held against each
 * other. They add up, so that a dry run can take them batch by batch before it rolls back.
 */
import { keyOf, tableOf, type Step } from './source.ts';
import type { Stage } from './stage.ts';
import type { Target } from './target.ts';

/** Whole numbers as text: sums of fingerprints outgrow JavaScript's. */
type Pair = readonly [image: string, ours: string];

export interface Sums {
  readonly rows: Pair;
  /** By column: values that are not null, the sum of their fingerprints, and of numbers their own sum. */
  readonly columns: Readonly<Record<string, { readonly filled: Pair; readonly prints: Pair; readonly total?: Pair }>>;
}

export const noSums: Sums = { rows: ['0', '0'], columns: {} };

const isNumber = (type: string) => /^(smallint|integer|bigint|numeric)$/.test(type);

export async function comparedSums(
  target: Target,
  stage: Stage,
  step: Step,
  range: readonly [number, number] | null,
): Promise<Sums> {
  const columns = Object.entries(step.columns);
  const sums = columns.flatMap(([column, type], index) =>
    (['i', 't'] as const).flatMap((side) => {
      // What is written once belongs to us afterwards.
      const value = comparable(step, column, `${side}.${column}`);
      return [
        `count(${value})::text AS "n${side}${index}"`,
        `coalesce(sum(hashtextextended((${value})::text, 0)::numeric), 0)::text AS "h${side}${index}"`,
        ...(isNumber(type) ? [`coalesce(sum(${value}), 0)::text AS "s${side}${index}"`] : []),
      ];
    }),
  );
  const found = await target.one<Record<string, string>>(
    `SELECT count(*)::text AS "ri", count(t.${keyOf(step)})::text AS "rt"${sums.map((sum) => `, ${sum}`).join('')}
     FROM ${stage.image(step.name)} i LEFT JOIN ${tableOf(step)} t ON t.${keyOf(step)} = i.id
     WHERE NOT i.refused${range === null ? '' : ' AND i.seq > $1 AND i.seq <= $2'}`,
    range ?? [],
  );
  const pair = (letter: string, index: number): Pair => [
    found[`${letter}i${index}`] ?? '',
    found[`${letter}t${index}`] ?? '',
  ];
  return {
    rows: [found['ri'] ?? '', found['rt'] ?? ''],
    columns: Object.fromEntries(
      columns.map(([column, type], index) => [
        column,
        {
          filled: pair('n', index),
          prints: pair('h', index),
          ...(isNumber(type) ? { total: pair('s', index) } : {}),
        },
      ]),
    ),
  };
}

function comparable({ once }: Step, column: string, value: string): string {
  return once?.includes(column) === true ? `CASE WHEN NOT i.known THEN ${value} END` : value;
}

export function addSums(a: Sums, b: Sums): Sums {
  const columns = Object.entries(b.columns).map(([column, more]): [string, Sums['columns'][string]] => {
    const so = a.columns[column] ?? { filled: zero, prints: zero };
    const total = more.total === undefined ? {} : { total: addPairs(so.total ?? zero, more.total) };
    return [column, { filled: addPairs(so.filled, more.filled), prints: addPairs(so.prints, more.prints), ...total }];
  });
  return { rows: addPairs(a.rows, b.rows), columns: { ...a.columns, ...Object.fromEntries(columns) } };
}

const zero: Pair = ['0', '0'];
const addPairs = (a: Pair, b: Pair): Pair => [add(a[0], b[0]), add(a[1], b[1])];
const add = (a: string, b: string) => (BigInt(a) + BigInt(b)).toString();

/** Columns in which the two differ; `rows` where rows are missing. */
export function differences({ rows, columns }: Sums): string[] {
  const differ = ([a, b]: Pair) => a !== b;
  return [
    ...(differ(rows) ? ['rows'] : []),
    ...Object.entries(columns)
      .filter(
        ([, sums]) => differ(sums.filled) || differ(sums.prints) || (sums.total !== undefined && differ(sums.total)),
      )
      .map(([column]) => column),
  ];
}
