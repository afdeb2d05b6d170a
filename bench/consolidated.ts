/** The inventory as it used to lie, in four tables, against the one table of today: the same question, the same answer. */
import pg from 'pg';
import { quantile } from '../test/live/crowd.ts';
import { ms, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';

const formerTables = (rows: number) => `
  DROP SCHEMA IF EXISTS former CASCADE;
  CREATE SCHEMA former;
  CREATE TABLE former.stock AS SELECT id, product_id, location_id, on_hand_quantity AS quantity, status, created_at, updated_at
    FROM inventory.stock ORDER BY id LIMIT ${rows};
  ALTER TABLE former.stock ADD PRIMARY KEY (id);
  CREATE TABLE former.stock_financial AS SELECT gen_random_uuid() AS id, s.id AS stock_id, purchase_price, gross_purchase_price, vat_amount, vat_rate, roi_percentage
    FROM inventory.stock s JOIN former.stock USING (id);
  CREATE TABLE former.stock_lifecycle AS SELECT gen_random_uuid() AS id, s.id AS stock_id, delivered_on, shelf_life_days, listed_on_platforms, status_history
    FROM inventory.stock s JOIN former.stock USING (id);
  CREATE TABLE former.stock_metrics AS SELECT gen_random_uuid() AS id, s.id AS stock_id, available_quantity, reserved_quantity, gross_purchase_price AS total_cost
    FROM inventory.stock s JOIN former.stock USING (id);
  ALTER TABLE former.stock_financial ADD PRIMARY KEY (id), ADD UNIQUE (stock_id);
  ALTER TABLE former.stock_lifecycle ADD PRIMARY KEY (id), ADD UNIQUE (stock_id);
  ALTER TABLE former.stock_metrics ADD PRIMARY KEY (id), ADD UNIQUE (stock_id);
  CREATE TABLE former.one AS SELECT s.* FROM inventory.stock s JOIN former.stock USING (id);
  ALTER TABLE former.one ADD PRIMARY KEY (id);`;

const question = (columns: string, source: string) => `
  SELECT count(*) AS rows, sum(${columns}) AS value, sum(available_quantity) AS available, sum(reserved_quantity) AS reserved,
    sum(shelf_life_days) AS days, sum(jsonb_array_length(listed_on_platforms)) AS listings FROM ${source} WHERE status = 'LIVE'`;
const joined = question(
  'gross_purchase_price',
  `former.stock s JOIN former.stock_financial f ON f.stock_id = s.id JOIN former.stock_lifecycle l ON l.stock_id = s.id JOIN former.stock_metrics m ON m.stock_id = s.id`,
);
const single = question('gross_purchase_price', 'former.one');

export async function benchConsolidated(ground: Ground, rows: number, times: number): Promise<Figure[]> {
  const client = new pg.Client({ connectionString: ground.clinic.database.adminUrl });
  await client.connect();
  try {
    await client.query(formerTables(rows));
    for (const name of ['stock', 'stock_financial', 'stock_lifecycle', 'stock_metrics', 'one'])
      await client.query(`VACUUM (ANALYZE) former.${name}`);
    const taken = { joined: [] as number[], single: [] as number[] };
    const answers = new Set<string>();
    for (let turn = 0; turn < times; turn += 1) {
      for (const [side, sql] of [
        ['joined', joined],
        ['single', single],
      ] as const) {
        const at = performance.now();
        const { rows: answered } = await client.query(sql);
        // The first turn of each side only warms up.
        if (turn > 0) taken[side].push(performance.now() - at);
        answers.add(JSON.stringify(answered));
      }
    }
    const [old, now] = [quantile(taken.joined, 0.5), quantile(taken.single, 0.5)];
    await client.query('DROP SCHEMA former CASCADE');
    const saved = 1 - now / old;
    return [
      {
        bench: 'consolidated',
        what: `${rows} rows, one table against four`,
        ours: ms(now),
        other: ms(old),
        ratio: now / old,
        goal: '≥ 60 % less time',
        met: saved >= 0.6 && answers.size === 1,
      },
    ];
  } finally {
    await client.end();
  }
}
