import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { beforeFirst, blockHash, entryHash, RowsHash, type EntryTexts } from './chain.ts';

const entry: EntryTexts = {
  id: '019b0000-0000-7000-8000-000000000001',
  entity: 'stock',
  entityId: '019b0000-0000-7000-8000-000000000003',
  action: 'adjustStock',
  actorId: null,
  locationId: '019b0000-0000-7000-8000-000000000002',
  before: '{"onHand": "10"}',
  after: '{"onHand": "9.5"}',
  reason: 'broken "vial"',
  requestId: null,
  occurredAt: '2026-02-28T23:59:59.1',
};
const block = {
  version: 1,
  block: 1,
  firstSeq: 1,
  lastSeq: 1,
  complete: true,
  sealedAt: '2026-03-01T00:00:42.123456',
  previous: beforeFirst,
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('what is hashed', () => {
  it('is the text that docs/audit.md shows, and so is the hash', async () => {
    const page = await readFile('docs/audit.md', 'utf8');
    const [row = '', chained = ''] = [...page.matchAll(/^\[1,.*\]$/gm)].map(([text]) => text);
    expect(entryHash(entry)).toBe(sha256(row));
    const rows = new RowsHash();
    rows.add(entryHash(entry));
    expect(blockHash(block, rows.end())).toBe(sha256(chained));
    expect(page).toContain(`gives \`${sha256(row)}\``);
    expect(page).toContain(`gives \`${sha256(chained)}\``);
  });

  it('takes the hashes of rows in their order', () => {
    const rows = new RowsHash();
    for (const hash of ['aa', 'bb']) rows.add(hash);
    expect(rows.end()).toBe(sha256('aabb'));
  });

  it('differs with each column, and tells null from its name', () => {
    const changed = Object.keys(entry).map((key) => entryHash({ ...entry, [key]: 'null' }));
    const unsaid = entryHash({ ...entry, reason: null });
    expect(new Set([entryHash(entry), unsaid, ...changed]).size).toBe(Object.keys(entry).length + 2);
  });
});
