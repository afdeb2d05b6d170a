/** Matches of the recall feed, last found first, with what their notices say now. They belong to the organisation. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { RecallMatch } from '../../entities/recall-match.ts';
import type { RecallMatchStatus } from '../../schema/enums.ts';

const newestFirst: KeyOrder = {
  name: 'recall-matches',
  direction: 'DESC',
  keys: [
    { sql: 'm.created_at', type: 'timestamptz' },
    { sql: 'm.id', type: 'uuid' },
  ],
};

const columns = `${columnsOf(RecallMatch, 'm')}, n.notice_number AS "noticeNumber", coalesce(n.recall_class, 'CLASS_I') AS "recallClass", n.reason,
  n.product_description AS "productDescription", n.code_info AS "codeInfo"`;
const from = 'inventory.recall_match m JOIN inventory.recall_notice n ON n.id = m.notice_id';

export async function listRecallMatches(
  db: DataSource,
  status: RecallMatchStatus | null,
  request: PageRequest,
): Promise<Page<RecallMatch>> {
  const values = new Values();
  const where = status === null ? [] : [`m.status = ${values.add(status, 'inventory.recall_match_status')}`];
  return readPage<RecallMatch>(db, { order: newestFirst, columns, from, where, values }, request);
}

export async function recallMatchesById(db: DataSource, ids: readonly string[]): Promise<RecallMatch[]> {
  return read<RecallMatch>(db, `SELECT ${columns} FROM ${from} WHERE m.id = ANY($1::uuid[])`, [ids]);
}
