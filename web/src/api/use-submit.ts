/**
 * One deed of a person: a mutation under one idempotency key, which stays the same until it has been done. A retry after
 * a broken line is therefore the same deed, not a second one. Nothing that was typed is touched when it is refused.
 */
import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { useCallback, useRef, useState } from 'react';
import { useApi } from './api-context.tsx';
import { refusalOf, type Refusal } from './refusals.ts';

export interface Submit<Data, Input> {
  /** What came of it; null where it was refused. */
  readonly submit: (input: Input) => Promise<Data | null>;
  readonly isSending: boolean;
  readonly refusal: Refusal | null;
  readonly clear: () => void;
}

export type Keyless<Input> = Omit<Input, 'idempotencyKey'>;

/** For mutations whose input has an idempotency key. */
export function useSubmit<Data, Input extends { readonly idempotencyKey: string }>(
  document: TypedDocumentNode<Data, { readonly input: Input }>,
): Submit<Data, Keyless<Input>> {
  const key = useRef<string>(undefined);
  const { submit: send, ...rest } = useSend(document);
  const submit = useCallback(
    async (input: Keyless<Input>) => {
      key.current ??= crypto.randomUUID();
      // The key is what the input's type lacks here.
      const data = await send({ ...input, idempotencyKey: key.current } as Input);
      if (data !== null) key.current = undefined;
      return data;
    },
    [send],
  );
  return { ...rest, submit };
}

/** For those that may be repeated without one. */
export function useSend<Data, Input>(
  document: TypedDocumentNode<Data, { readonly input: Input }>,
): Submit<Data, Input> {
  const { submit: send, ...rest } = useSendAll(document);
  const submit = useCallback((input: Input) => send({ input }), [send]);
  return { ...rest, submit };
}

/** The same, where there is more to send than an input. */
export function useSendAll<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
): Submit<Data, Variables> {
  const { client } = useApi();
  const [isSending, setIsSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const submit = useCallback(
    async (variables: Variables) => {
      setIsSending(true);
      const { data, error } = await client.mutation<Data, Variables>(document, variables).toPromise();
      setIsSending(false);
      setRefusal(error === undefined ? null : refusalOf(error));
      return error === undefined && data !== undefined ? data : null;
    },
    [client, document],
  );
  const clear = useCallback(() => {
    setRefusal(null);
  }, []);
  return { submit, isSending, refusal, clear };
}
