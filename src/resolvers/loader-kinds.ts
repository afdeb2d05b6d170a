/** The kinds of loaders that are needed again and again. */
import DataLoader from 'dataloader';
import { groupBy } from '../domain/group-by.ts';
import { isUuid } from '../domain/uuid.ts';

/** Null for what is not there, or whose id is none of ours. */
export function byId<Row extends { readonly id: string }>(readRows: (ids: readonly string[]) => Promise<Row[]>) {
  return new DataLoader<string, Row | null>(async (ids) => {
    const rows = await readRows(ids.filter(isUuid));
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

export function lists<Row>(keyOf: (row: Row) => string, readRows: (keys: readonly string[]) => Promise<Row[]>) {
  return new DataLoader<string, Row[]>(async (keys) => {
    const found = groupBy(await readRows(keys), keyOf);
    return keys.map((key) => found.get(key) ?? []);
  });
}
