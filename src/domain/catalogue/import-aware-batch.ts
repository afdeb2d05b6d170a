/**
 * Some hundred entries of an AWaRe list: every product of that generic name, whatever its case and spacing, is an
 * antibiotic of that class. Entries of which no product is held change nothing. Locks: products by id.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { audit } from '../audit.ts';
import { claimOnly } from '../claim.ts';
import { tell } from '../outbox.ts';
import type { AwareClass } from '../../schema/enums.ts';
import type { AwareEntry } from './catalogue-file-aware.ts';
import type { Given, Outcome } from './import-outcome.ts';

interface Classified {
  readonly id: string;
  readonly awareClass: AwareClass;
  readonly wasAntibiotic: boolean;
  readonly wasClass: AwareClass | null;
}

export async function importAwareBatch(tx: Tx, rows: readonly Given<AwareEntry>[]): Promise<Outcome> {
  await claimOnly(tx, { mutation: 'importAwareList', key: null, input: {} });
  const products = await tx.sql<Classified>(
    `SELECT p.id, p.is_antibiotic AS "wasAntibiotic", p.aware_class AS "wasClass", e.class AS "awareClass"
     FROM catalogue.product p JOIN unnest($1::text[], $2::text[]) AS e(name, class) ON catalogue.name_key(p.generic_name) = catalogue.name_key(e.name)
     ORDER BY p.id FOR UPDATE OF p`,
    [rows.map(({ product }) => product.genericName), rows.map(({ product }) => product.awareClass)],
  );
  const changed = products.filter((each) => !each.wasAntibiotic || each.wasClass !== each.awareClass);
  if (changed.length > 0) await classify(tx, changed);
  return {
    added: 0,
    updated: changed.length,
    unchanged: products.length - changed.length,
    changedFields: changed.flatMap(({ wasAntibiotic, wasClass, awareClass }) => [
      ...(wasAntibiotic ? [] : ['isAntibiotic']),
      ...(wasClass === awareClass ? [] : ['awareClass']),
    ]),
    refused: [],
  };
}

async function classify(tx: Tx, changed: readonly Classified[]): Promise<void> {
  const ids = changed.map(({ id }) => id);
  await tx.sql(
    `UPDATE catalogue.product p SET is_antibiotic = true, aware_class = c.class::catalogue.aware_class, updated_at = clock_timestamp()
     FROM unnest($1::uuid[], $2::text[]) AS c(id, class) WHERE p.id = c.id`,
    [ids, changed.map(({ awareClass }) => awareClass)],
  );
  const line = ({ id, awareClass, wasAntibiotic, wasClass }: Classified) => ({
    entity: 'product',
    entityId: id,
    action: 'importAwareList',
    before: { isAntibiotic: wasAntibiotic, awareClass: wasClass },
    after: { isAntibiotic: true, awareClass },
  });
  await audit(tx, ...changed.map(line));
  await tell(tx, { topic: 'product.changed', payload: { productIds: ids } });
}
