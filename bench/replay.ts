/** Statements sent again with other ids in the place of those that they were captured with; what can be is prepared once. */
import type { Sent } from './capture.ts';

export type Swap = ReadonlyMap<string, string>;
type Fill = (swap: Swap) => unknown;

export interface Replay {
  readonly name: string;
  readonly text: string;
  readonly values: (swap: Swap) => unknown[];
}

export function replayOf(sent: Sent, index: number, tokens: readonly string[]): Replay {
  const fills = sent.values.map((value) => fillOf(value, tokens));
  return { name: `bare_${index}`, text: sent.text, values: (swap) => fills.map((fill) => fill(swap)) };
}

function fillOf(value: unknown, tokens: readonly string[]): Fill {
  if (Array.isArray(value)) {
    const parts = value.map((part) => fillOf(part, tokens));
    return (swap) => parts.map((part) => part(swap));
  }
  if (typeof value !== 'string') return () => value;
  if (tokens.includes(value)) return (swap) => swap.get(value) ?? value;
  const within = tokens.filter((token) => value.includes(token));
  if (within.length === 0) return () => value;
  return (swap) => within.reduce((text, token) => text.replaceAll(token, swap.get(token) ?? token), value);
}

const madeByTheApplication = /01[0-9a-f]{6}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** Ids that were made for this very call: every other call needs new ones. */
export function newIds(sent: readonly Sent[], known: readonly string[]): string[] {
  const found = JSON.stringify(sent.map(({ values }) => values)).match(madeByTheApplication) ?? [];
  return [...new Set(found)].filter((id) => !known.includes(id));
}
