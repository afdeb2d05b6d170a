import { useEffect } from 'react';
import type { UseQueryExecute } from 'urql';
import { useApi } from './api-context.tsx';

/** What a query shows is read anew after a broken connection: what changed meanwhile was told to nobody here. */
export function useReread(ask: UseQueryExecute): void {
  const api = useApi();
  useEffect(
    () =>
      api.onReconnect(() => {
        ask({ requestPolicy: 'network-only' });
      }),
    [api, ask],
  );
}
