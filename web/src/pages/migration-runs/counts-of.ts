/** How many rows of each table came to what. */
export interface TableCounts {
  readonly table: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** The counts of a run as a table: its columns in the order in which they first come. */
export function countsOf(value: unknown): { columns: string[]; rows: TableCounts[] } {
  const rows = objectEntries(value).map(([table, each]) => ({
    table,
    counts: Object.fromEntries(
      objectEntries(each).flatMap(([name, count]) => (typeof count === 'number' ? [[name, count]] : [])),
    ),
  }));
  return { columns: [...new Set(rows.flatMap(({ counts }) => Object.keys(counts)))], rows };
}

function objectEntries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
