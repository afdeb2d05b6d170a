import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { Provider } from 'urql';
import { useSession } from '../app/session.ts';
import { openApi, type Api } from './client.ts';

const ApiContext = createContext<Api | null>(null);

/** One API a token: who signs in again gets another, while the page below stays as it is. */
export function ApiProvider({ children }: { readonly children: ReactNode }) {
  const { signedIn } = useSession();
  const token = signedIn?.token;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the token is what makes another one of it
  const api = useMemo(() => openApi(), [token]);
  useEffect(() => {
    return () => {
      api.close();
    };
  }, [api]);
  return (
    <ApiContext value={api}>
      <Provider value={api.client}>{children}</Provider>
    </ApiContext>
  );
}

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('No API here');
  return api;
}
