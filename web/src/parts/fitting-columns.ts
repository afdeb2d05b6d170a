/** Which columns of a table there is room for: nothing is ever cut off at the right. */
interface Sized {
  /** Of a CSS grid: "120px", "minmax(160px, 2fr)". */
  readonly width: string;
  readonly from?: number;
}

const gap = 16;
/** At both sides, and before what follows a figure. */
const padding = 42;

/** Those with the highest `from` are left out first; null: without those that have none it would be too narrow still. */
export function fittingColumns<Column extends Sized>(columns: readonly Column[], width: number): Column[] | null {
  const shown = columns.filter(({ from }) => from === undefined || width >= from);
  while (leastWidth(shown) > width) {
    const least = shown.reduce((most, { from = 0 }) => Math.max(most, from), 0);
    if (least === 0) return null;
    shown.splice(
      shown.findLastIndex(({ from }) => from === least),
      1,
    );
  }
  return shown;
}

function leastWidth(columns: readonly Sized[]): number {
  const sum = columns.reduce((all, { width }) => all + Number(/(\d+)px/.exec(width)?.[1] ?? 0), 0);
  return padding + sum + gap * (columns.length - 1);
}
