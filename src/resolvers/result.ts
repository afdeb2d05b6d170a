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
