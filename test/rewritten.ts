/** Takes a protection out of the statements while `work` runs, to show that a test could fail. */
import pg from 'pg';

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

export async function rewritten<T>(from: string, to: string, work: () => Promise<T>): Promise<T> {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const original = prototype.query;
  const seen = new Set<string>();
  prototype.query = function (first, ...rest) {
    const text = textOf(first);
    if (!text.includes(from)) return original.call(this, first, ...rest);
    seen.add(from);
    if (typeof first === 'string') return original.call(this, text.replaceAll(from, to), ...rest);
    // Under its name the server knows the statement as it was.
    return original.call(this, { ...(first as object), name: undefined, text: text.replaceAll(from, to) }, ...rest);
  };
  try {
    return await work();
  } finally {
    prototype.query = original;
    if (seen.size === 0) throw new Error(`No statement says: ${from}`);
  }
}

function textOf(first: unknown): string {
  if (typeof first === 'string') return first;
  return typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : '';
}
