import { notFound } from '../actor.ts';
import type { Result } from '../domain/claim.ts';

/** The ids of one kind that a mutation answers with. */
export function all(result: Result, kind: string): readonly string[] {
  return result[kind] ?? [];
}

export function only(result: Result, kind: string): string {
  const [id] = all(result, kind);
  if (id === undefined) throw new Error(`The mutation's result names no ${kind}`);
  return id;
}

interface Loads<Key, Row> {
  readonly load: (key: Key) => Promise<Row | null>;
}

/** A mutation's record as it is now. A replay may come when its place is the caller's no more: then it is not there. */
export async function found<Row>(loader: Loads<string, Row>, id: string, what: string): Promise<Row> {
  const row = await loader.load(id);
  if (row === null) throw notFound(what, id);
  return row;
}

export async function allFound<Row>(loader: Loads<string, Row>, ids: readonly string[], what: string): Promise<Row[]> {
  return Promise.all(ids.map((id) => found(loader, id, what)));
}
