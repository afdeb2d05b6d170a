/**
 * Patients by name. They belong to the organisation; those merged into another one are left out, and the one that stands
 * for them is found by their names too. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { Values } from '../../db/values.ts';
import { Patient } from '../../entities/patient.ts';
import { beginsWith } from '../like.ts';

const byName: KeyOrder = {
  name: 'patients',
  direction: 'ASC',
  keys: [
    { sql: `coalesce(lower(p.last_name), '')`, type: 'text' },
    { sql: `coalesce(lower(p.first_name), '')`, type: 'text' },
    { sql: 'p.id', type: 'uuid' },
  ],
};

const columns = columnsOf(Patient, 'p');
const mostWords = 5;

/** Each word of the search must begin the first or the last name of one record, the patient's or one merged into it. */
export async function listPatients(
  db: DataSource,
  search: string | null | undefined,
  request: PageRequest,
): Promise<Page<Patient>> {
  const values = new Values();
  const words = (search ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .slice(0, mostWords);
  const named = words.map((word) => {
    const pattern = values.add(beginsWith(word), 'text');
    return `(lower(r.last_name) LIKE ${pattern} OR lower(r.first_name) LIKE ${pattern})`;
  });
  const found =
    named.length === 0
      ? []
      : [`p.id IN (SELECT coalesce(r.merged_into, r.id) FROM people.patient r WHERE ${named.join(' AND ')})`];
  const list = { order: byName, columns, from: 'people.patient p', where: ['p.merged_into IS NULL', ...found], values };
  return readPage<Patient>(db, list, request);
}
