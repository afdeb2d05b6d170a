/**
 * Offers of a batch on sales platforms, kept with the batch: one open listing a platform at a time; what is over stays
 * on record.
 * Refuses: BAD_USER_INPUT, NOT_FOUND (also: not listed there), INVALID_STATUS_TRANSITION (closed), DUPLICATE. Locks: stock.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import type { Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { text } from '../text.ts';
import { claimStock, type LockedStock } from './lock-stock.ts';
import { checkUrl } from './metadata.ts';
import { stockAudit } from './stock-audit.ts';
import { requireNotClosed } from './stock-status.ts';
import { writeStock } from './write-stock.ts';

export interface ListOnPlatform {
  readonly stockId: string;
  readonly platform: string;
  readonly price?: string | null;
  readonly url?: string | null;
}

export interface DelistFromPlatform {
  readonly stockId: string;
  readonly platform: string;
}

interface Listing {
  readonly platform: string;
  readonly listedAt: string;
  readonly price: string | null;
  readonly url: string | null;
  readonly delistedAt: string | null;
}

interface Listed {
  readonly listedOnPlatforms: readonly Listing[];
}

const listings = 'l.listed_on_platforms AS "listedOnPlatforms"';

export async function listOnPlatform(tx: Tx, input: ListOnPlatform): Promise<Result> {
  const platform = text(input.platform, 'platform', { max: 100 });
  const url = input.url == null ? null : checkUrl(input.url, 'url');
  if (input.price != null && exact(input.price).lt(0)) {
    throw new Refusal('BAD_USER_INPUT', 'price must not be below 0.', { field: 'price', price: input.price });
  }
  const said = { mutation: 'listOnPlatform', key: null, input };
  const claimed = await claimStock<Listed>(tx, said, input.stockId, listings);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  requireNotClosed(stock);
  const open = openListing(stock, platform);
  if (open !== undefined) {
    throw new Refusal('DUPLICATE', `Batch ${stock.batchCode} is listed on ${open.platform} already.`, {
      stockId: stock.id,
      platform: open.platform,
      listedAt: open.listedAt,
    });
  }
  const listing = { platform, listedAt: stock.now.toISOString(), price: input.price ?? null, url, delistedAt: null };
  return write(tx, 'listOnPlatform', stock, [...stock.listedOnPlatforms, listing]);
}

export async function delistFromPlatform(tx: Tx, input: DelistFromPlatform): Promise<Result> {
  const platform = text(input.platform, 'platform', { max: 100 });
  const said = { mutation: 'delistFromPlatform', key: null, input };
  const claimed = await claimStock<Listed>(tx, said, input.stockId, listings);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  const open = openListing(stock, platform);
  if (open === undefined) {
    throw new Refusal('NOT_FOUND', `Batch ${stock.batchCode} is not listed on ${platform}.`, {
      what: 'listing',
      stockId: stock.id,
      platform,
    });
  }
  const delistedAt = stock.now.toISOString();
  return write(
    tx,
    'delistFromPlatform',
    stock,
    stock.listedOnPlatforms.map((listing) => (listing === open ? { ...listing, delistedAt } : listing)),
  );
}

/** The same platform in other letters is the same platform. */
function openListing({ listedOnPlatforms }: Listed, platform: string): Listing | undefined {
  const key = (name: string) => name.normalize('NFC').toLowerCase();
  return listedOnPlatforms.find((each) => each.delistedAt == null && key(each.platform) === key(platform));
}

async function write(
  tx: Tx,
  action: string,
  stock: LockedStock & Listed,
  listedOnPlatforms: readonly Listing[],
): Promise<Result> {
  const audit = stockAudit(action, stock, { listedOnPlatforms });
  await writeStock(tx, stock, { listed_on_platforms: listedOnPlatforms }, audit);
  return { stock: [stock.id] };
}
