import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** `wide` is for a sentence or a code, which has twice the room. */
export type Fact = readonly [name: string, value: ReactNode, room?: 'wide'];

/** Names and what they are, in as many columns as there is room for; what is not known is left out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl className={classes.facts}>
      {known.map(([name, value, room]) => (
        <div key={name} data-room={room}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
