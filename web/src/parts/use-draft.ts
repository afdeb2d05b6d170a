import { useEffect, useMemo, useRef, useState } from 'react';

export interface Draft<Values> {
  /** What was typed before; null: nothing. */
  readonly kept: Values | null;
  readonly keep: (values: Values) => void;
  /** It is done, or not wanted any more. */
  readonly drop: () => void;
}

const prefix = 'lotkeeper.draft.';

/**
 * What is typed into a form, kept in this tab until it is sent: it outlives a closed panel and a reload, and is gone when
 * its person signs out (`forgetDrafts`). Never for what tells of a patient, and never for a password.
 */
export function useDraft<Values>(name: string): Draft<Values> {
  const key = `${prefix}${name}`;
  const isDropped = useRef(false);
  return useMemo(
    () => ({
      // Written by this form, in this tab.
      kept: read(key) as Values | null,
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

export interface DraftState<Values> {
  readonly values: Values;
  readonly set: (changes: Partial<Values>) => void;
  /** It is done: nothing is kept any more. */
  readonly drop: () => void;
  /** As it was before anything was typed; null where it is so. */
  readonly empty: (() => void) | null;
}

/** The same for a form whose values are a state of its own. */
export function useDraftState<Values extends object>(name: string, empty: () => Values): DraftState<Values> {
  const key = `${prefix}${name}`;
  // Written by this form, in this tab.
  const [kept] = useState(() => read(key) as Values | null);
  const [values, setValues] = useState<Values>(() => kept ?? empty());
  const [isTouched, setIsTouched] = useState(kept !== null);
  useEffect(() => {
    if (isTouched) sessionStorage.setItem(key, JSON.stringify(values));
    else sessionStorage.removeItem(key);
  }, [key, isTouched, values]);
  return {
    values,
    set(changes) {
      setIsTouched(true);
      setValues((before) => ({ ...before, ...changes }));
    },
    drop() {
      setIsTouched(false);
      // At once: the form may be gone before it is drawn again.
      sessionStorage.removeItem(key);
    },
    empty: isTouched
      ? () => {
          setIsTouched(false);
          setValues(empty());
        }
      : null,
  };
}

function read(key: string): unknown {
  return JSON.parse(sessionStorage.getItem(key) ?? 'null');
}

/** Whoever comes next in this tab finds nothing of who was here. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}
