/** Pairs of records that may be one person, the surest first. They belong to the organisation. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { DuplicateCandidate } from '../../entities/duplicate-candidate.ts';
import type { DuplicateStatus } from '../../schema/enums.ts';

const surestFirst: KeyOrder = {
  name: 'duplicate-candidates',
  direction: 'DESC',
  keys: [
    { sql: 'd.confidence', type: 'numeric' },
    { sql: 'd.id', type: 'uuid' },
  ],
};

const columns = columnsOf(DuplicateCandidate, 'd');

/** What waits only because other merges have made one record of the two is left out, as long as they stand. */
const waits = `EXISTS (SELECT FROM people.patient l, people.patient r
  WHERE l.id = d.left_id AND r.id = d.right_id AND coalesce(l.merged_into, l.id) <> coalesce(r.merged_into, r.id))`;

export async function listDuplicates(
  db: DataSource,
  status: DuplicateStatus | null,
  request: PageRequest,
): Promise<Page<DuplicateCandidate>> {
  const values = new Values();
  const where = status === null ? [] : [`d.status = ${values.add(status, 'people.duplicate_status')}`];
  if (status === 'PENDING') where.push(waits);
  return readPage<DuplicateCandidate>(
    db,
    { order: surestFirst, columns, from: 'people.duplicate_candidate d', where, values },
    request,
  );
}

export async function duplicatesById(db: DataSource, ids: readonly string[]): Promise<DuplicateCandidate[]> {
  return read<DuplicateCandidate>(
    db,
    `SELECT ${columns} FROM people.duplicate_candidate d WHERE d.id = ANY($1::uuid[])`,
    [ids],
  );
}
