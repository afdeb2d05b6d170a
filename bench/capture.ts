/** The statements that a piece of work sends to the database, in order, with their values. */
import pg from 'pg';

export interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
}

export async function capture(work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const prototype = pg.Client.prototype as unknown as Record<'query', (this: unknown, ...args: unknown[]) => unknown>;
  const { query } = prototype;
  prototype.query = function (...args) {
    const [statement, values] = args;
    if (typeof statement === 'string') sent.push({ text: statement, values: Array.isArray(values) ? values : [] });
    else if (typeof statement === 'object' && statement !== null && 'text' in statement) {
      const { text, values: own } = statement as { text: string; values?: unknown[] };
      sent.push({ text, values: own ?? [] });
    }
    return query.apply(this, args);
  };
  try {
    await work();
  } finally {
    prototype.query = query;
  }
  return sent;
}
