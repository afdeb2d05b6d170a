/** One line of the table: what was measured, both sides, the goal, and whether it is met. */
export interface Figure {
  readonly bench: string;
  readonly what: string;
  readonly ours: string;
  readonly other: string;
  readonly ratio: number | null;
  readonly goal: string;
  readonly met: boolean | null;
}

export const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`;
export const ms = (time: number): string => `${time.toFixed(time < 10 ? 2 : 0)} ms`;

/** Ours against theirs, where more is better. */
export function rateFigure(
  bench: string,
  what: string,
  ours: number,
  other: number,
  atLeast: number,
  than = 'bare SQL',
): Figure {
  const ratio = ours / other;
  return {
    bench,
    what,
    ours: perSecond(ours),
    other: perSecond(other),
    ratio,
    goal: `≥ ${atLeast} × ${than}`,
    met: ratio >= atLeast,
  };
}

/** Where less is better. */
export function timeFigure(
  bench: string,
  what: string,
  ours: number,
  other: number,
  atMost: number,
  than: string,
): Figure {
  const ratio = ours / other;
  return { bench, what, ours: ms(ours), other: ms(other), ratio, goal: `≤ ${atMost} × ${than}`, met: ratio <= atMost };
}

export function table(figures: readonly Figure[]): string {
  const head = ['bench', 'what', 'ours', 'other side', 'ratio', 'goal', ''];
  const rows = figures.map(({ bench, what, ours, other, ratio, goal, met }) => [
    bench,
    what,
    ours,
    other,
    ratio === null ? '' : ratio.toFixed(2),
    goal,
    met === null ? '' : met ? 'met' : 'MISSED',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
