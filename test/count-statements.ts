import pg from 'pg';
import { vi } from 'vitest';

/** What was said to the database, by whichever connection, while `work` ran; BEGIN and COMMIT too. */
export async function countStatements<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly statements: readonly string[] }> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  try {
    const result = await work();
    const said: readonly unknown[] = spy.mock.calls.map(([statement]) => statement);
    return { result, statements: said.map(textOf) };
  } finally {
    spy.mockRestore();
  }
}

/** Without what a process does by itself, whoever asks: it looks at its feeds and at its listening connection, and explains what was slow. */
export function askedFor(statements: readonly string[]): string[] {
  const byItself =
    /alert_feed|^SELECT \d AS position, coalesce\(\(SELECT max\(seq\)|high_risk_alert a WHERE a\.seq >|^WITH next AS|pg_try_advisory|pg_notify|^WITH told AS|^(LISTEN|EXPLAIN)|^SELECT 1$|^(START TRANSACTION|COMMIT|ROLLBACK)/;
  return statements.filter((text) => !byItself.test(text));
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  if (typeof statement === 'object' && statement !== null && 'text' in statement) return String(statement.text);
  throw new Error('A statement without text');
}
