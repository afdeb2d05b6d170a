import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClinic } from './clinic.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

/** What each begins with, and what it is limited to. */
const promised: Readonly<Record<string, readonly string[]>> = {
  'dpap.dispensing_event': [
    '(pharmacy_id, "timestamp"',
    '("timestamp", id)',
    '(risk_category, "timestamp"',
    '("timestamp") WHERE high_risk_flag',
    '(user_id, "timestamp"',
    '(drug_id, "timestamp"',
  ],
  'dpap.high_risk_alert': ['(pharmacy_id, "timestamp"', '(reviewed_by)', '(created_at)', '(event_id)'],
  'dpap.daily_summary_cache': ['(pharmacy_id, date)', '(date)'],
};

it.each(Object.entries(promised))(
  '%s has the indexes that its questions need, on every part of it',
  async (table, wanted) => {
    const rows = await clinic.all<{ part: string; indexes: string[] }>(
      `SELECT t.relid::regclass::text AS part, array_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indexrelid) AS indexes
     FROM pg_partition_tree($1::text::regclass) t JOIN pg_index i ON i.indrelid = t.relid AND i.indisvalid GROUP BY 1
     UNION ALL
     SELECT $1::text, array_agg(pg_get_indexdef(indexrelid)) FROM pg_index WHERE indrelid = $1::text::regclass AND indisvalid`,
      [table],
    );
    expect(rows.length).toBeGreaterThan(table === 'dpap.dispensing_event' ? 5 : 0);
    for (const { part, indexes } of rows)
      for (const columns of wanted)
        expect(
          indexes.some((definition) => definition.includes(columns)),
          `${part} ${columns}`,
        ).toBe(true);
  },
);
