/** What a bench stands on: a database with so many stock rows, a built API on it, and somebody who may use it. */
import type { Actor } from '../src/actor.ts';
import { poolOf } from '../src/db/prepared.ts';
import { seedScale } from '../src/seed/scale.ts';
import { TestClinic } from '../test/clinic.ts';
import { startApi, tokenFor, type ApiProcess } from '../test/live/api-process.ts';
import type { Cluster } from '../test/live/cluster.ts';

export interface Ground {
  readonly rows: number;
  readonly clinic: TestClinic;
  readonly api: ApiProcess;
  readonly actor: Actor;
  readonly token: string;
  /** Products with the places that have them, a sample. */
  readonly pairs: readonly (readonly [product: string, place: string])[];
  close(): Promise<void>;
}

export async function buildGround(cluster: Cluster, rows: number): Promise<Ground> {
  const database = await cluster.newDatabase();
  await seedScale(database.ownerUrl, rows, () => undefined);
  const clinic = await TestClinic.in(database);
  for (const pool of [clinic.owner, poolOf(clinic.db)]) pool.on('error', () => undefined);
  // The same caller whatever the size: who works at fifty places has fifty index ranges merged for each page.
  const places = await clinic.all<{ id: string }>(
    `SELECT id FROM people.location WHERE code LIKE 'L%' ORDER BY code LIMIT 5`,
  );
  const actor = await clinic.actor(
    ['PHARMACIST'],
    places.map(({ id }) => id),
  );
  const pairs = await clinic.all<{ product: string; place: string }>(
    `SELECT DISTINCT product_id AS product, location_id AS place FROM inventory.stock WHERE location_id = ANY($1::uuid[]) ORDER BY 1, 2 LIMIT 2000`,
    [places.map(({ id }) => id)],
  );
  const api = await startApi({ databaseUrl: database.appUrl, env: { NODE_ENV: 'development' } });
  return {
    rows,
    clinic,
    api,
    actor,
    token: await tokenFor(actor.id),
    pairs: pairs.map(({ product, place }) => [product, place] as const),
    async close() {
      await api.stop();
      await clinic.close();
    },
  };
}
