import type { ReactNode } from 'react';
import classes from './sign.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** A state in a word. The word says it; the colour only helps to find it. */
export function Sign({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={classes.sign} data-tone={tone}>
      {children}
    </span>
  );
}
