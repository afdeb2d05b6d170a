/**
 * A list that is read page by page, forward, by the API's cursors. Rows that are there stay while they are read anew, and
 * an answer that comes after the question has changed is dropped.
 */
import type { Client, TypedDocumentNode } from '@urql/core';
import { refusalOf, type Refusal } from './refusals.ts';

export interface Connection<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface PagedQuery<Data, Variables, Row> {
  /** Takes `first` and `after` besides what `variables` has. */
  readonly document: TypedDocumentNode<Data, Variables & PageVariables>;
  readonly variables: Variables;
  readonly pick: (data: Data) => Connection<Row>;
}

export interface PageVariables {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface ListState<Row> {
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly refusal: Refusal | null;
}

export interface Identified {
  readonly id: string;
}

const pageSize = 100;
const largestPage = 200;
/** More than this is not read anew at once: the list begins again at its first page. */
const mostReread = 600;

export class PagedList<Data, Variables extends Record<string, unknown>, Row extends Identified> {
  #state: ListState<Row> = { rows: [], hasMore: false, isLoading: true, refusal: null };
  #after: string | null = null;
  #turn = 0;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly client: Client,
    private readonly query: PagedQuery<Data, Variables, Row>,
  ) {}

  readonly snapshot = (): ListState<Row> => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads as many rows as are shown, from the first on. */
  readonly reload = async (): Promise<void> => {
    const turn = this.#begin();
    const wanted = this.#state.rows.length > mostReread ? pageSize : Math.max(this.#state.rows.length, pageSize);
    const rows: Row[] = [];
    let after: string | null = null;
    let hasMore = true;
    while (rows.length < wanted && hasMore) {
      const page: Connection<Row> | null = await this.#page(turn, after, Math.min(wanted - rows.length, largestPage));
      if (page === null) return;
      rows.push(...page.nodes);
      after = page.pageInfo.endCursor;
      hasMore = page.pageInfo.hasNextPage;
    }
    this.#after = after;
    this.#set({ rows, hasMore, isLoading: false, refusal: null });
  };

  readonly loadMore = async (): Promise<void> => {
    if (this.#state.isLoading || !this.#state.hasMore) return;
    const turn = this.#begin();
    const page = await this.#page(turn, this.#after, pageSize);
    if (page === null) return;
    this.#after = page.pageInfo.endCursor;
    const rows = [...this.#state.rows, ...page.nodes];
    this.#set({ rows, hasMore: page.pageInfo.hasNextPage, isLoading: false, refusal: null });
  };

  /** A row as somebody has changed it meanwhile, where it is shown. False: it is not. */
  readonly patch = (changed: Partial<Row> & Identified): boolean => {
    const index = this.#state.rows.findIndex(({ id }) => id === changed.id);
    const before = this.#state.rows[index];
    if (before === undefined) return false;
    this.#set({ ...this.#state, rows: this.#state.rows.with(index, { ...before, ...changed }) });
    return true;
  };

  readonly stop = (): void => {
    this.#turn += 1;
  };

  #begin(): number {
    this.#turn += 1;
    this.#set({ ...this.#state, isLoading: true });
    return this.#turn;
  }

  /** Null: it was refused, which the list says, or it is not asked for any more. */
  async #page(turn: number, after: string | null, first: number): Promise<Connection<Row> | null> {
    const { document, variables, pick } = this.query;
    const answer = await this.client
      .query(document, { ...variables, first, after }, { requestPolicy: 'network-only' })
      .toPromise();
    if (turn !== this.#turn) return null;
    // Where the API could answer nothing of it, the data is null.
    if (answer.data != null) return pick(answer.data);
    if (answer.error !== undefined) this.#set({ ...this.#state, isLoading: false, refusal: refusalOf(answer.error) });
    return null;
  }

  #set(state: ListState<Row>): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
