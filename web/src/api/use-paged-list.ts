import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useApi } from './api-context.tsx';
import { PagedList, type Identified, type ListState, type PagedQuery } from './paged-list.ts';

export interface ShownList<Row extends Identified> extends ListState<Row> {
  readonly loadMore: () => Promise<void>;
  readonly reload: () => Promise<void>;
  readonly patch: (changed: Partial<Row> & Identified) => boolean;
}

/** Begins anew when the document or the variables' values change, and reads itself anew after a broken connection. */
export function usePagedList<Data, Variables extends Record<string, unknown>, Row extends Identified>(
  query: PagedQuery<Data, Variables, Row>,
): ShownList<Row> {
  const api = useApi();
  const asked = JSON.stringify(query.variables);
  const list = useMemo(
    () => new PagedList(api.client, query),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- by the values of the variables, not by their object
    [api.client, query.document, asked],
  );
  useEffect(() => {
    void list.reload();
    const forget = api.onReconnect(() => void list.reload());
    return () => {
      forget();
      list.stop();
    };
  }, [api, list]);
  const state = useSyncExternalStore(list.subscribe, list.snapshot);
  return useMemo(() => ({ ...state, loadMore: list.loadMore, reload: list.reload, patch: list.patch }), [state, list]);
}
