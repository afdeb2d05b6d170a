import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { beforeFirst, blockHash, entryHash, RowsHash, type EntryTexts } from './chain.ts';

const entry: EntryTexts = {
  id: '019b0000-0000-7000-8000-000000000001',
  entity: 'stock',
  entityId: 'a "row"',
  action: 'intake',
  actorId: null,
  locationId: '019b0000-0000-7000-8000-000000000002',
  before: null,
  after: '{"onHand": "1.50"}',
  reason: 'naïve 💊',
  requestId: 'r',
  occurredAt: '2026-02-28T23:59:59.123456',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('what is hashed', () => {
  it('is the text that docs/audit.md tells', () => {
    expect(entryHash(entry)).toBe(
      sha256(
        '[1,"019b0000-0000-7000-8000-000000000001","stock","a \\"row\\"","intake",null,"019b0000-0000-7000-8000-000000000002",null,' +
          '"{\\"onHand\\": \\"1.50\\"}","naïve 💊","r","2026-02-28T23:59:59.123456"]',
      ),
    );
    const rows = new RowsHash();
    rows.add('aa');
    rows.add('bb');
    const block = {
      version: 1,
      block: 3,
      firstSeq: 5,
      lastSeq: 6,
      complete: true,
      sealedAt: 't',
      previous: beforeFirst,
    };
    const text = `[1,3,5,6,true,"t","${beforeFirst}","${sha256('aabb')}"]`;
    expect(blockHash({ ...block }, rows.end())).toBe(sha256(text));
  });

  it('differs with each column, and tells null from its name', () => {
    const changed = Object.keys(entry).map((key) => entryHash({ ...entry, [key]: 'null' }));
    const unsaid = entryHash({ ...entry, requestId: null });
    expect(new Set([entryHash(entry), unsaid, ...changed]).size).toBe(Object.keys(entry).length + 2);
  });
});
