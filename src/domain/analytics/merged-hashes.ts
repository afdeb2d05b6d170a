/** Analytics know merged records as one person by their hashes; which hash is whose only the key of patients tells. */
import type { Tx } from '../../db/in-transaction.ts';
import { patientHash } from './patient-hash.ts';

export interface KeptRecord {
  readonly id: string;
  /** Null: the record stands for itself. */
  readonly mergedIntoId: string | null;
}

/** SQL of what follows from `mergedHashes`, whose answer it takes as $1 to $3; it locks what it changes. */
export const rememberMergedHashes = `
  WITH apart AS (DELETE FROM dpap.merged_hash WHERE hash = ANY($3::bytea[]))
  INSERT INTO dpap.merged_hash (hash, kept_hash) SELECT * FROM unnest($1::bytea[], $2::bytea[])
  ON CONFLICT (hash) DO UPDATE SET kept_hash = excluded.kept_hash`;

export function mergedHashes(key: Pick<Tx, 'patientKey'>, records: readonly KeptRecord[]): Buffer[][] {
  const hashOf = (id: string) => patientHash(key, 'lotkeeper', id);
  const merged = records.flatMap(({ id, mergedIntoId }) => (mergedIntoId === null ? [] : [{ id, mergedIntoId }]));
  const apart = records.filter(({ mergedIntoId }) => mergedIntoId === null);
  return [
    merged.map(({ id }) => hashOf(id)),
    merged.map(({ mergedIntoId }) => hashOf(mergedIntoId)),
    apart.map(({ id }) => hashOf(id)),
  ];
}
