/**
 * A list as PostgreSQL writes arrays. The driver does so too, cell by cell in general terms: of a thousand events of 27
 * columns that is a sixth of a call.
 */
export type Cell = string | number | boolean | Date | Buffer | null;

export function arrayText(cells: readonly Cell[]): string {
  return `{${cells.map(cellText).join(',')}}`;
}

function cellText(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'string') return `"${special.test(cell) ? cell.replace(everySpecial, '\\$&') : cell}"`;
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  if (typeof cell === 'number') return String(cell);
  return cell instanceof Date ? `"${cell.toISOString()}"` : `"\\\\x${cell.toString('hex')}"`;
}

const special = /["\\]/;
const everySpecial = /["\\]/g;
