import type { Result } from '../domain/claim.ts';
import type { Context } from './context.ts';
import { all, found, only } from './result.ts';

/** The batch as it is now, and the ledger lines of the change. */
export async function stockPayload({ loaders }: Context, result: Result) {
  const stockId = only(result, 'stock');
  const lines = all(result, 'transaction').map((id) => ({ stockId, id }));
  const [stock, transactions] = await Promise.all([
    found(loaders.stocks, stockId, 'stock'),
    loaders.transactions.loadMany(lines),
  ]);
  return { stock, transactions };
}
