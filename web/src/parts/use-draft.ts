import { useMemo, useRef } from 'react';

export interface Draft<Values> {
  /** What was typed before; null: nothing. */
  readonly kept: Values | null;
  readonly keep: (values: Values) => void;
  /** It is done, or not wanted any more. */
  readonly drop: () => void;
}

/**
 * What is typed into a form, kept in this tab until it is sent: it outlives a closed panel and a reload. Never for what
 * tells of a patient, and never for a password.
 */
export function useDraft<Values>(name: string): Draft<Values> {
  const key = `lotkeeper.draft.${name}`;
  const isDropped = useRef(false);
  return useMemo(
    () => ({
      // Written by this form, in this tab.
      kept: JSON.parse(sessionStorage.getItem(key) ?? 'null') as Values | null,
      keep(values) {
        if (!isDropped.current) sessionStorage.setItem(key, JSON.stringify(values));
        isDropped.current = false;
      },
      drop() {
        isDropped.current = true;
        sessionStorage.removeItem(key);
      },
    }),
    [key],
  );
}
