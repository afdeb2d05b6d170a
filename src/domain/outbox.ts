/** What others must hear of, written with the change itself; a relay hands it to the queues after the commit. Ids only. */
import { v7 as uuid } from 'uuid';
import { Statement } from '../db/statement.ts';
import type { Tx } from '../db/in-transaction.ts';

export type Topic =
  | 'stock.changed'
  | 'lot.changed'
  | 'lot.made'
  | 'recall.changed'
  | 'recall-notice.changed'
  | 'dispensed'
  | 'dispense.reversed'
  | 'dispensing.received'
  | 'intake.unusable'
  | 'vial.changed'
  | 'waste.recorded'
  | 'count.changed'
  | 'transfer.changed'
  | 'product.changed'
  | 'patient.changed'
  | 'user.changed'
  | 'location.changed'
  | 'storage-unit.changed'
  | 'temperatures.recorded'
  | 'settings.changed'
  | 'alerts.numbered'
  | 'job.requested';

export interface OutboxLine {
  readonly topic: Topic;
  readonly payload: Readonly<Record<string, unknown>>;
}

export function addOutbox(statement: Statement, lines: readonly OutboxLine[]): void {
  const list = (type: string, pick: (line: OutboxLine) => unknown) => statement.value(lines.map(pick), `${type}[]`);
  statement.with(
    'told',
    `INSERT INTO ops.outbox (id, topic, payload)
     SELECT * FROM unnest(${list('uuid', () => uuid())}, ${list('text', (l) => l.topic)}, ${list('jsonb', (l) => JSON.stringify(l.payload))})`,
  );
}

/** For verbs that write no stock. */
export async function tell(tx: Tx, ...lines: readonly OutboxLine[]): Promise<void> {
  const statement = new Statement();
  addOutbox(statement, lines);
  await statement.run(tx, 'SELECT');
}
