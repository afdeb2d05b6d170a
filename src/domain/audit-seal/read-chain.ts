/**
 * Reads blocks, seals and rows without a seal from the first to the last, in small pages: memory stays flat however many
 * there are, and no page runs into a timeout. Nothing of it ever changes, so the pages need not see the same moment.
 */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import { entryTexts, utc, type BlockFacts, type EntryTexts } from './chain.ts';
import { beginning, walkSql, type Position, type WalkedRow } from './unsealed.ts';

const page = 5_000;

export interface ReadBlock extends BlockFacts {
  readonly hash: string;
}

export interface ReadSeal {
  readonly seq: number;
  readonly entryId: string;
  readonly hash: string;
  /** Null: the row is gone. */
  readonly entry: EntryTexts | null;
}

/** Where the chain ends at one moment; what is sealed later is not looked at. */
export interface ChainEnd {
  readonly lastBlock: number;
  readonly lastSeq: number;
  /** Seals past the last block. */
  readonly strayFrom: number | null;
  readonly strayTo: number | null;
  /** Ten minutes ago: who has recorded a row by then should see it sealed. */
  readonly due: string;
}

type Texts<Row, Numbers extends keyof Row> = Omit<Row, Numbers> & Readonly<Record<Numbers, string>>;

export async function readEnd(db: DataSource): Promise<ChainEnd> {
  const [end] = await read<
    Record<'lastBlock' | 'lastSeq' | 'due', string> & Record<'strayFrom' | 'strayTo', string | null>
  >(
    db,
    `SELECT b.block::text AS "lastBlock", b.last_seq::text AS "lastSeq", stray.first::text AS "strayFrom", stray.last::text AS "strayTo",
       ${utc("now() - interval '10 minutes'")} AS due
     FROM (SELECT block, last_seq FROM audit.audit_block UNION ALL SELECT 0, 0 ORDER BY block DESC LIMIT 1) b
     CROSS JOIN LATERAL (SELECT min(seq) AS first, max(seq) AS last FROM audit.audit_seal WHERE seq > b.last_seq) stray`,
  );
  if (end === undefined) throw new Error('An aggregate without a row');
  const optional = (text: string | null) => (text === null ? null : Number(text));
  return {
    lastBlock: Number(end.lastBlock),
    lastSeq: Number(end.lastSeq),
    strayFrom: optional(end.strayFrom),
    strayTo: optional(end.strayTo),
    due: end.due,
  };
}

export async function* readBlocks(db: DataSource, lastBlock: number): AsyncGenerator<ReadBlock> {
  for (let after = 0; ;) {
    const rows = await read<Texts<ReadBlock, 'block' | 'firstSeq' | 'lastSeq'>>(
      db,
      `SELECT block::text AS block, first_seq::text AS "firstSeq", last_seq::text AS "lastSeq", complete, version,
         ${utc('sealed_at')} AS "sealedAt", encode(previous, 'hex') AS previous, encode(hash, 'hex') AS hash
       FROM audit.audit_block b WHERE b.block > $1 AND b.block <= $2 ORDER BY b.block LIMIT ${page}`,
      [after, lastBlock],
    );
    for (const row of rows) {
      after = Number(row.block);
      yield { ...row, block: after, firstSeq: Number(row.firstSeq), lastSeq: Number(row.lastSeq) };
    }
    if (rows.length < page) return;
  }
}

export async function* readSeals(db: DataSource, lastSeq: number): AsyncGenerator<ReadSeal> {
  for (let after = 0; ;) {
    const seals = await read<Record<'seq' | 'entryId' | 'hash', string>>(
      db,
      `SELECT seq::text AS seq, entry_id::text AS "entryId", encode(entry_hash, 'hex') AS hash
       FROM audit.audit_seal s WHERE s.seq > $1 AND s.seq <= $2 ORDER BY s.seq LIMIT ${page}`,
      [after, lastSeq],
    );
    // Not by a join: for one the planner may read all audit rows anew for each page.
    const entries = await read<EntryTexts>(
      db,
      `SELECT ${entryTexts} FROM audit.audit_entry e WHERE e.id = ANY($1::uuid[])`,
      [seals.map(({ entryId }) => entryId)],
    );
    const found = new Map(entries.map((entry) => [entry.id, entry]));
    for (const { seq, entryId, hash } of seals) {
      after = Number(seq);
      yield { seq: after, entryId, hash, entry: found.get(entryId) ?? null };
    }
    if (seals.length < page) return;
  }
}

export async function* readUnsealed(db: DataSource, until: string): AsyncGenerator<Position> {
  for (let from = beginning; ;) {
    const walked: WalkedRow[] = await read<WalkedRow>(db, walkSql, [from.occurredAt, from.id, until, page]);
    yield* walked.filter(({ isSealed }) => !isSealed);
    from = walked.at(-1) ?? from;
    if (walked.length < page) return;
  }
}
