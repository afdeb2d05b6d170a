/** The two records that an answer leaves behind: whose patient data it showed, and what was refused to whom. */
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { Refusal, RefusalCode } from '../refusal.ts';

export interface PatientReads {
  readonly actorId: string;
  readonly patientIds: readonly string[];
  readonly operation: string;
  readonly requestId: string;
}

/** Committed when it returns: one statement, one batch for the whole request. */
export async function logPatientReads(db: DataSource, reads: PatientReads): Promise<void> {
  await db.query(
    `INSERT INTO audit.phi_access_log (id, actor_id, patient_id, operation, request_id)
     SELECT id, $3, patient_id, $4, $5 FROM unnest($1::uuid[], $2::uuid[]) AS read (id, patient_id)`,
    [reads.patientIds.map(() => uuid()), reads.patientIds, reads.actorId, reads.operation, reads.requestId],
  );
}

/** Passing conditions and malformed requests are not worth a row; what somebody was not allowed, or the rules forbid, is. */
const notRecorded = new Set<RefusalCode>([
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'UNAUTHENTICATED',
  'BAD_USER_INPUT',
  'SERVER_BUSY',
  'LOCK_TIMEOUT',
  'SERVICE_UNAVAILABLE',
  'INTERNAL',
]);

export function isRecorded(code: RefusalCode): boolean {
  return !notRecorded.has(code);
}

export interface RefusedCall {
  readonly actorId: string;
  readonly field: string;
  readonly refusal: Refusal;
  readonly requestId: string;
}

export async function recordRefusals(db: DataSource, calls: readonly RefusedCall[]): Promise<void> {
  await db.query(
    `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, after, reason, request_id)
     SELECT id, 'refusal', field, code, actor_id, context, reason, request_id
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::jsonb[], $6::text[], $7::text[])
       AS refused (id, field, code, actor_id, context, reason, request_id)`,
    [
      calls.map(() => uuid()),
      calls.map(({ field }) => field),
      calls.map(({ refusal }) => refusal.code),
      calls.map(({ actorId }) => actorId),
      calls.map(({ refusal }) => JSON.stringify(refusal.context)),
      calls.map(({ refusal }) => refusal.message),
      calls.map(({ requestId }) => requestId),
    ],
  );
}
