import type { Connection } from './paged-list.ts';

/** A list that the API gives whole, as one page. */
export function whole<Row>(nodes: readonly Row[]): Connection<Row> {
  return { nodes, pageInfo: { hasNextPage: false, endCursor: null } };
}
