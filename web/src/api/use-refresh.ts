/** For what no subscription tells of: read anew now and then while somebody looks, and after a broken connection. */
import { useEffect, useRef } from 'react';
import { useApi } from './api-context.tsx';

const everyMs = 15_000;

export function useRefresh(read: () => void): void {
  const api = useApi();
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => {
    const run = () => {
      if (document.visibilityState === 'visible') latest.current();
    };
    const timer = setInterval(run, everyMs);
    document.addEventListener('visibilitychange', run);
    const forget = api.onReconnect(run);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', run);
      forget();
    };
  }, [api]);
}
