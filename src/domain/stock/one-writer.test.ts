import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../..', import.meta.url));
const writes = /INSERT INTO inventory\.inventory_transaction\b|UPDATE inventory\.stock\b[^`]*_quantity\s*=/;

it('quantities and ledger lines are written by post.ts alone; seeds and the old inventory make their own history', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  const writers = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('seed'))
    .filter((file) => !file.startsWith(join('legacy', 'stock')))
    .filter((file) => writes.test(readFileSync(join(src, file), 'utf8')));
  expect(writers).toEqual([join('domain', 'stock', 'post.ts')]);
});
