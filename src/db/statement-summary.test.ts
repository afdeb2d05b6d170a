import { expect, test } from 'vitest';
import { statementSummary } from './statement-summary.ts';

test.each([
  ['SELECT 1', 'SELECT'],
  [
    'SELECT * FROM inventory.stock s JOIN catalogue.product p ON p.id = s.product_id',
    'SELECT inventory.stock, SELECT catalogue.product',
  ],
  ['select id from ops.outbox where sent_at is null for update skip locked', 'SELECT ops.outbox'],
  [
    'WITH k AS (INSERT INTO ops.idempotency_key (key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1) SELECT * FROM inventory.stock',
    'INSERT ops.idempotency_key, SELECT inventory.stock',
  ],
  ['UPDATE ops.outbox SET sent_at = now() WHERE id = ANY($1::uuid[])', 'UPDATE ops.outbox'],
  ['DELETE FROM ops.dirty_work d USING unnest($2::text[]) k', 'DELETE ops.dirty_work'],
  [
    'SELECT FROM a.a JOIN a.b ON true JOIN a.c ON true JOIN a.d ON true JOIN a.e ON true',
    'SELECT a.a, SELECT a.b, SELECT a.c, SELECT a.d, …',
  ],
  ['', ''],
])('%s', (text, summary) => {
  expect(statementSummary(text)).toBe(summary);
});
