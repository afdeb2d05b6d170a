/** Why nothing could be locked: the place or a product is not known, or not the actor's. Null where both are. */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import type { Refusal } from '../../refusal.ts';

export async function unknownHere(tx: Tx, locationId: string, productIds: readonly string[]): Promise<Refusal | null> {
  const [known] = await tx.sql<{ place: boolean; missing: string | null }>(
    `SELECT EXISTS (SELECT FROM people.location WHERE id = $1 AND ($2::boolean OR id = ANY($3::uuid[]))) AS place,
       (SELECT wanted FROM unnest($4::uuid[]) AS wanted WHERE NOT EXISTS (SELECT FROM catalogue.product WHERE id = wanted) LIMIT 1) AS missing`,
    [locationId, tx.actor.isSystem, tx.actor.locationIds, productIds],
  );
  if (known?.place !== true) return notFound('location', locationId);
  return known.missing === null ? null : notFound('product', known.missing);
}
