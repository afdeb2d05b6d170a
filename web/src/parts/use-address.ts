import { useSearchParams } from 'react-router';

export interface Address {
  readonly get: (name: string) => string | null;
  readonly set: (values: Readonly<Record<string, string | null>>) => void;
  /** "?state=open", or nothing: for links that keep it. */
  readonly search: string;
}

/** What is filtered stands in the address: it can be sent to somebody, and is there again after the way back. */
export function useAddress(): Address {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  return {
    get: (name) => params.get(name),
    set(values) {
      setParams(
        (before) => {
          for (const [name, value] of Object.entries(values)) {
            if (value === null || value === '') before.delete(name);
            else before.set(name, value);
          }
          return before;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    search: text === '' ? '' : `?${text}`,
  };
}
