/** Audit rows: who, when, what, why, before and after, with the request. Patient data never goes into them. */
import { v7 as uuid } from 'uuid';
import { Statement } from '../db/statement.ts';
import type { Tx } from '../db/in-transaction.ts';

export interface AuditLine {
  readonly entity: string;
  readonly entityId: string;
  /** The mutation's name, as a rule. */
  readonly action: string;
  readonly locationId?: string | null;
  readonly before?: object | null;
  readonly after?: object | null;
  readonly reason?: string | null;
}

export function addAudit(statement: Statement, tx: Tx, lines: readonly AuditLine[]): void {
  const list = (type: string, pick: (line: AuditLine) => unknown) => statement.value(lines.map(pick), `${type}[]`);
  const json = (value: object | null | undefined) => (value == null ? null : JSON.stringify(value));
  statement.with(
    'audited',
    `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, location_id, before, after, reason, request_id)
     SELECT a.id, a.entity, a.entity_id, a.action, ${statement.value(tx.actor.id, 'uuid')}, a.location_id, a.before, a.after, a.reason,
       ${statement.value(tx.requestId, 'text')}
     FROM unnest(${list('uuid', () => uuid())}, ${list('text', (l) => l.entity)}, ${list('text', (l) => l.entityId)}, ${list('text', (l) => l.action)},
       ${list('uuid', (l) => l.locationId ?? null)}, ${list('jsonb', (l) => json(l.before))}, ${list('jsonb', (l) => json(l.after))},
       ${list('text', (l) => l.reason ?? null)}) AS a(id, entity, entity_id, action, location_id, before, after, reason)`,
  );
}

/** For verbs that write no stock. */
export async function audit(tx: Tx, ...lines: readonly AuditLine[]): Promise<void> {
  const statement = new Statement();
  addAudit(statement, tx, lines);
  await statement.run(tx, 'SELECT');
}
