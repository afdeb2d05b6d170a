/**
 * Tells of products that are low or out of stock where they are held, and of their end: after changes for what has
 * changed, each hour for everything, a thousand at a time.
 */
import { inTransaction } from '../db/in-transaction.ts';
import {
  placesOfProducts,
  productsAtOnce,
  settleReorderAlerts,
  unsettledProducts,
  type ProductAtPlace,
  type ProductPage,
} from '../domain/alerts/reorder-alerts.ts';
import { addSettled, nothingSettled, type Settled } from '../domain/alerts/settle-alerts.ts';
import { clearDirty, readDirty, type ReadKey } from './dirty-work.ts';
import type { Job, JobContext } from './job.ts';
import { hour } from './schedules.ts';
import { systemSession } from './system-session.ts';
import { isWholeDue } from './whole-runs.ts';

type Run = Pick<JobContext, 'db' | 'committed' | 'stopping'>;

const name = 'check-reorder';
const everyMs = hour;
const mostKeys = 1_000;

/** Keys: "product place"; a product alone is one whose reorder point may have changed everywhere. */
export const checkReorderJob: Job = {
  name,
  queue: 'alerts',
  schedule: { words: 'every hour', everyMs },
  settleMs: 2_000,
  after: {
    'stock.changed': ({ productId, locationId }) => [`${String(productId)} ${String(locationId)}`],
    'product.changed': ({ productIds }) => (Array.isArray(productIds) ? productIds.map(String) : []),
  },
  async handle(run) {
    const changed = await checkChanged(run);
    const whole = await isWholeDue(run.db, name, everyMs);
    const settled = whole ? addSettled(changed, await checkAll(run)) : changed;
    return { ...settled, whole: whole && !run.stopping.aborted };
  },
};

async function checkChanged(run: Run): Promise<Settled> {
  let settled = nothingSettled;
  for (let read = mostKeys; read === mostKeys && !run.stopping.aborted;) {
    const keys = await readDirty(run.db, name, mostKeys);
    if (keys.length > 0) settled = addSettled(settled, await settle(run, await pairsOf(run, keys), keys));
    read = keys.length;
  }
  return settled;
}

async function pairsOf({ db }: Run, keys: readonly ReadKey[]): Promise<ProductAtPlace[]> {
  const parts = keys.map(({ key }) => key.split(' '));
  const pairs = parts.flatMap(([productId, locationId]) =>
    productId === undefined || locationId === undefined ? [] : [{ productId, locationId }],
  );
  const everywhere = parts.filter((part) => part.length === 1).flat();
  return everywhere.length === 0 ? pairs : [...pairs, ...(await placesOfProducts(db, everywhere))];
}

/** A key is taken away with the last of what it stands for. */
async function settle(run: Run, pairs: readonly ProductAtPlace[], keys: readonly ReadKey[]): Promise<Settled> {
  let settled = nothingSettled;
  for (let from = 0; from === 0 || from < pairs.length; from += productsAtOnce) {
    const some = pairs.slice(from, from + productsAtOnce);
    const isLast = from + productsAtOnce >= pairs.length;
    const more = await inTransaction(systemSession(run.db, run.committed), async (tx) => {
      const told = await settleReorderAlerts(tx, some);
      if (isLast && keys.length > 0) await clearDirty(tx, name, keys);
      return told;
    });
    settled = addSettled(settled, more);
  }
  return settled;
}

async function checkAll(run: Run): Promise<Settled> {
  let settled = nothingSettled;
  let next: ProductPage['next'] = null;
  do {
    const page: ProductPage = await unsettledProducts(run.db, next);
    if (page.unsettled.length > 0) settled = addSettled(settled, await settle(run, page.unsettled, []));
    next = page.next;
  } while (next !== null && !run.stopping.aborted);
  return settled;
}
