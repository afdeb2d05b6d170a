import type { Connection, Identified } from './paged-list.ts';
import type { ShownList } from './use-paged-list.ts';

/** A list that the API gives whole, as one page. */
export function whole<Row>(nodes: readonly Row[]): Connection<Row> {
  return { nodes, pageInfo: { hasNextPage: false, endCursor: null } };
}

const nothingMore = () => Promise.resolve();

/** The same for a table, where the rows are in hand. `isLoading` only before they come: rows that are there stay. */
export function wholeList<Row extends Identified>(rows: readonly Row[] | undefined): ShownList<Row> {
  return {
    rows: rows ?? [],
    hasMore: false,
    isLoading: rows === undefined,
    refusal: null,
    loadMore: nothingMore,
    reload: nothingMore,
    patch: () => false,
  };
}
