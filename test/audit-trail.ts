/** An audit trail to seal and to tamper with: rows of set times, and what somebody with all rights could do to it. */
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import {
  beforeFirst,
  blockHash,
  entryHash,
  entryTexts,
  RowsHash,
  utc,
  type BlockFacts,
  type EntryTexts,
} from '../src/domain/audit-seal/chain.ts';
import type { TestClinic } from './clinic.ts';

/** Rows recorded so many seconds ago, past the application. Answers their ids, in the order of the ages given. */
export async function record(clinic: TestClinic, ...secondsAgo: readonly number[]): Promise<string[]> {
  const ids = secondsAgo.map(() => uuid());
  await clinic.owner.query(
    `INSERT INTO audit.audit_entry (id, entity, entity_id, action, location_id, before, after, reason, request_id, occurred_at)
     SELECT id, 'stock', 'a row', 'adjustStock', $3, '{"onHand": "10"}', '{"onHand": "9.50", "note": "naïve 💊", "n": 1.10}', 'said', 'request',
       clock_timestamp() - make_interval(secs => ago)
     FROM unnest($1::uuid[], $2::float8[]) AS r(id, ago)`,
    [ids, secondsAgo, clinic.locationId],
  );
  return ids;
}

/** Who owns the server can switch every guard off. */
export async function asSuperuser<T>(clinic: TestClinic, work: (superuser: pg.Client) => Promise<T>): Promise<T> {
  const superuser = new pg.Client({ connectionString: clinic.database.adminUrl });
  await superuser.connect();
  try {
    for (const table of ['audit_entry', 'audit_seal', 'audit_block']) {
      await superuser.query(`ALTER TABLE audit.${table} DISABLE TRIGGER ALL`);
    }
    return await work(superuser);
  } finally {
    await superuser.end();
  }
}

type StoredBlock = Omit<BlockFacts, 'block' | 'firstSeq' | 'lastSeq'> &
  Readonly<Record<'block' | 'firstSeq' | 'lastSeq' | 'hash', string>>;

/** Makes seals and blocks anew from a block on, so that they agree with the rows as they are now. */
export async function rehash(superuser: pg.Client, fromBlock: number): Promise<void> {
  const { rows } = await superuser.query<StoredBlock>(
    `SELECT block, first_seq AS "firstSeq", last_seq AS "lastSeq", complete, version, ${utc('sealed_at')} AS "sealedAt",
       encode(previous, 'hex') AS previous, encode(hash, 'hex') AS hash FROM audit.audit_block ORDER BY block`,
  );
  let previous = beforeFirst;
  for (const stored of rows) {
    const block = {
      ...stored,
      block: Number(stored.block),
      firstSeq: Number(stored.firstSeq),
      lastSeq: Number(stored.lastSeq),
      previous,
    };
    if (block.block < fromBlock) {
      previous = stored.hash;
      continue;
    }
    previous = blockHash(block, await resealed(superuser, block));
    await superuser.query(
      `UPDATE audit.audit_block SET previous = decode($2, 'hex'), hash = decode($3, 'hex') WHERE block = $1`,
      [block.block, block.previous, previous],
    );
  }
}

async function resealed(superuser: pg.Client, { firstSeq, lastSeq }: BlockFacts): Promise<string> {
  const { rows } = await superuser.query<EntryTexts>(
    `SELECT ${entryTexts} FROM audit.audit_seal s JOIN audit.audit_entry e ON e.id = s.entry_id
     WHERE s.seq BETWEEN $1 AND $2 ORDER BY s.seq`,
    [firstSeq, lastSeq],
  );
  const rowsHash = new RowsHash();
  for (const entry of rows) {
    const hash = entryHash(entry);
    rowsHash.add(hash);
    await superuser.query(`UPDATE audit.audit_seal SET entry_hash = decode($2, 'hex') WHERE entry_id = $1`, [
      entry.id,
      hash,
    ]);
  }
  return rowsHash.end();
}
