/**
 * What is hashed, and how: version 1 of the chain. SHA-256 over a JSON array of texts, as JSON.stringify writes it; hashes
 * are told in hexadecimal. The texts come from the database in forms that no setting of a session changes, so the same
 * row has the same hash for ever. docs/audit.md tells auditors the same; change both, under a new version.
 */
import { createHash } from 'node:crypto';

export const chainVersion = 1;
/** What the first block names as the one before it. */
export const beforeFirst = '0'.repeat(64);

/** An audit row, each column as text. */
export interface EntryTexts {
  readonly id: string;
  readonly entity: string;
  readonly entityId: string;
  readonly action: string;
  readonly actorId: string | null;
  readonly locationId: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly occurredAt: string;
}

export interface BlockFacts {
  readonly version: number;
  readonly block: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly complete: boolean;
  readonly sealedAt: string;
  readonly previous: string;
}

/** ISO 8601 in UTC to the microsecond, whatever the session's time zone and date style; also for what is no day of ours. */
export const utc = (column: string): string => `to_json((${column}) AT TIME ZONE 'UTC')#>>'{}'`;

/** The columns of EntryTexts, from audit.audit_entry e. */
export const entryTexts = `e.id::text AS id, e.entity, e.entity_id AS "entityId", e.action, e.actor_id::text AS "actorId",
  e.location_id::text AS "locationId", e.before::text AS before, e.after::text AS after, e.reason, e.request_id AS "requestId",
  ${utc('e.occurred_at')} AS "occurredAt"`;

export function entryHash(entry: EntryTexts): string {
  return sha256([
    chainVersion,
    entry.id,
    entry.entity,
    entry.entityId,
    entry.action,
    entry.actorId,
    entry.locationId,
    entry.before,
    entry.after,
    entry.reason,
    entry.requestId,
    entry.occurredAt,
  ]);
}

/** Of the rows' hashes in the order of their numbers; fed one by one, because a block may be large. */
export class RowsHash {
  readonly #hash = createHash('sha256');

  add(entryHash: string): void {
    this.#hash.update(entryHash);
  }

  end(): string {
    return this.#hash.digest('hex');
  }
}

export function blockHash(block: BlockFacts, rowsHash: string): string {
  return sha256([
    block.version,
    block.block,
    block.firstSeq,
    block.lastSeq,
    block.complete,
    block.sealedAt,
    block.previous,
    rowsHash,
  ]);
}

function sha256(parts: readonly (string | number | boolean | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
