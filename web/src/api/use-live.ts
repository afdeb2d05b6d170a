import type { TypedDocumentNode } from '@urql/core';
import { useEffect, useRef } from 'react';
import { useApi } from './api-context.tsx';

/** Follows a subscription while the component is shown; a new connection takes it up by itself. */
export function useLive<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  tell: (data: Data) => void,
): void {
  const api = useApi();
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  const asked = JSON.stringify(variables);
  const given = useRef(variables);
  useEffect(() => {
    given.current = variables;
  });
  useEffect(
    () =>
      api.follow({
        document,
        variables: given.current,
        next(data) {
          latest.current(data);
        },
      }),
    [api, document, asked],
  );
}
