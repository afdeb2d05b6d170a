/** What the database holds and what the model says it must hold, as lines under keys, and how they differ. */
import type { TestClinic } from '../../clinic.ts';
import { known, lotOf, type Batch, type Count, type Figure, type Model, type Transfer, type Vial } from './model.ts';
import { freeOf } from './rules.ts';
import { shown, total } from './units.ts';
import { remainsOf } from './vials.ts';

export type Lines = ReadonlyMap<string, string>;

/**
 * What is alive, what this step has touched, and the ledger lines that it has written. Of the batches, which are many, only
 * those in whose rows somebody has written since the last look, unless all are asked for: the others are as they were.
 */
export interface Seen {
  readonly touched: ReadonlySet<string>;
  /** The first transaction that the last look could not see; null looks at all batches. */
  readonly since: string | null;
  /** By batch, how many lines its ledger had before. */
  readonly before: ReadonlyMap<string, number>;
}

const amount = (column: string) => `trim_scale(${column}::numeric)`;

const sql = `
  SELECT 'batch ' || s.id AS key, concat_ws(' ', s.location_id, s.lot_id, s.status, ${amount('s.on_hand_quantity')}, ${amount('s.reserved_quantity')},
      ${amount('s.quarantine_quantity')}, ${amount('s.hold_quantity')}, ${amount('s.defective_quantity')}, ${amount('s.sample_quantity')},
      ${amount('s.available_quantity')}, 'seq', s.ledger_seq, 'unit', coalesce(s.storage_unit_id::text, '-'), coalesce(p.storage_unit_id::text, '-'), coalesce(p.zone, '-'),
      'lot', l.expires_on, l.recalled, l.quarantined, s.lot_expires_on, s.lot_recalled, s.lot_quarantined,
      coalesce(s.excursion_id::text, '-'), 'causes', (SELECT string_agg(concat_ws(' ', q.cause, q.reference, ${amount('q.quantity')}), ', ' ORDER BY q.cause::text, q.reference)
        FROM inventory.stock_quarantine q WHERE q.stock_id = s.id)) AS line
    FROM inventory.stock s JOIN inventory.inventory_lot l ON l.id = s.lot_id
    JOIN inventory.stock_position p ON p.stock_id = s.id AND p.until IS NULL
    WHERE s.id = ANY($1::uuid[]) OR s.status <> 'CLOSED' AND
      ($4::bigint IS NULL OR greatest(s.xmin::text::bigint, l.xmin::text::bigint, p.xmin::text::bigint) >= $4)
  UNION ALL
  SELECT 'reservation ' || id, concat_ws(' ', stock_id, ${amount('quantity')}, status)
    FROM inventory.stock_reservation WHERE status = 'ACTIVE' OR id = ANY($1::uuid[])
  UNION ALL
  SELECT 'vial ' || v.id, concat_ws(' ', v.stock_id, v.status, ${amount('v.used_doses')}, ${amount('v.wasted_doses')}, ${amount('v.remaining_doses')},
      'wasted for', ${amount('coalesce((SELECT sum(cost) FROM inventory.waste_record WHERE session_id = v.id), 0)')})
    FROM inventory.open_vial_session v WHERE v.status IN ('OPEN', 'EXPIRED') OR v.id = ANY($1::uuid[])
  UNION ALL
  SELECT 'transfer ' || t.id, concat_ws(' ', t.from_location_id, t.to_location_id, t.status, (SELECT string_agg(concat_ws(' ', l.stock_id, ${amount('l.requested_quantity')},
      ${amount('l.shipped_quantity')}, ${amount('l.received_quantity')}, ${amount('l.damaged_quantity')}, ${amount('l.lost_quantity')}), ', ' ORDER BY l.position)
      FROM inventory.inventory_transfer_line l WHERE l.transfer_id = t.id))
    FROM inventory.inventory_transfer t WHERE t.status IN ('REQUESTED', 'APPROVED', 'IN_TRANSIT') OR t.id = ANY($1::uuid[])
  UNION ALL
  SELECT 'count ' || c.id, concat_ws(' ', c.location_id, c.status, (SELECT string_agg(concat_ws(' ', l.stock_id, ${amount('l.expected_quantity')},
      ${amount('l.counted_quantity')}, l.counted_by, ${amount('l.recount_expected_quantity')}, ${amount('l.recounted_quantity')}, l.recounted_by, l.recount_needed), ', ' ORDER BY l.stock_id)
      FROM inventory.inventory_count_line l WHERE l.count_id = c.id))
    FROM inventory.inventory_count c WHERE c.status NOT IN ('APPROVED', 'CANCELLED') OR c.id = ANY($1::uuid[])
  UNION ALL
  SELECT 'recall ' || id, concat_ws(' ', product_id, status, released) FROM inventory.recall WHERE status = 'ACTIVE' OR id = ANY($1::uuid[])
  UNION ALL
  SELECT concat_ws(' ', 'line', t.ledger_seq, 'of batch', t.stock_id), concat_ws(' ', t.type, t.bucket, ${amount('t.quantity_change')})
    FROM unnest($2::uuid[], $3::bigint[]) AS b(id, seq) JOIN inventory.inventory_transaction t ON t.stock_id = b.id AND t.ledger_seq > b.seq
  UNION ALL
  SELECT '', pg_snapshot_xmax(pg_current_snapshot())::text`;

export interface Stored {
  readonly lines: Lines;
  /** For the next look's `since`. */
  readonly until: string;
}

export async function stored(clinic: TestClinic, { touched, since, before }: Seen): Promise<Stored> {
  const ids = [...touched].filter((id) => id !== '');
  const { rows } = await clinic.owner.query<{ key: string; line: string }>({
    name: 'simulation',
    text: sql,
    values: [ids, ids, ids.map((id) => before.get(id) ?? 0), since],
  });
  const lines = new Map(rows.map(({ key, line }) => [key, line]));
  const until = lines.get('') ?? '';
  lines.delete('');
  return { lines, until };
}

/** Of the batches those that must be seen, and those that were. */
export function expected(model: Model, { touched, since }: Seen, database: Lines): Lines {
  const lines = new Map<string, string>();
  for (const batch of model.batches.values()) {
    const isAlive = batch.status !== 'CLOSED' && (since === null || database.has(`batch ${batch.id}`));
    if (isAlive || touched.has(batch.id)) lines.set(`batch ${batch.id}`, ofBatch(model, batch));
  }
  for (const { id, batchId, quantity, status } of model.reservations.values()) {
    if (status !== 'ACTIVE' && !touched.has(id)) continue;
    lines.set(`reservation ${id}`, `${batchId} ${shown(quantity)} ${status}`);
  }
  for (const vial of model.vials.values()) {
    const isAlive = vial.status === 'OPEN' || vial.status === 'EXPIRED';
    if (isAlive || touched.has(vial.id)) lines.set(`vial ${vial.id}`, ofVial(vial));
  }
  for (const [key, line] of documents(model, touched)) lines.set(key, line);
  for (const { batchId, seq, type, bucket, change } of model.lines) {
    lines.set(`line ${seq} of batch ${batchId}`, `${type} ${bucket} ${shown(change)}`);
  }
  return lines;
}

function documents(model: Model, touched: ReadonlySet<string>): Lines {
  const lines = new Map<string, string>();
  for (const transfer of model.transfers.values()) {
    const isAlive = ['REQUESTED', 'APPROVED', 'IN_TRANSIT'].includes(transfer.status);
    if (isAlive || touched.has(transfer.id)) lines.set(`transfer ${transfer.id}`, ofTransfer(transfer));
  }
  for (const count of model.counts.values()) {
    const isAlive = !['APPROVED', 'CANCELLED'].includes(count.status);
    if (isAlive || touched.has(count.id)) lines.set(`count ${count.id}`, ofCount(count));
  }
  for (const { id, productId, status, isReleased } of model.recalls.values()) {
    if (status === 'ACTIVE' || touched.has(id))
      lines.set(`recall ${id}`, `${productId} ${status} ${isReleased ? 't' : 'f'}`);
  }
  return lines;
}

function ofBatch(model: Model, batch: Batch): string {
  const { buckets, causes, storageUnitId, seq } = batch;
  const { ON_HAND, RESERVED, QUARANTINE, HOLD, DEFECTIVE, SAMPLE } = buckets;
  const lot = lotOf(model, batch);
  const unit = storageUnitId ?? '-';
  const facts = [lot.expiresOn, lot.isRecalled ? 't' : 'f', lot.isQuarantined ? 't' : 'f'].filter(
    (fact) => fact !== null,
  );
  const held = [...causes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([cause, quantity]) => `${cause} ${shown(quantity)}`);
  const amounts = [ON_HAND, RESERVED, QUARANTINE, HOLD, DEFECTIVE, SAMPLE, freeOf(batch)].map(shown);
  return [
    ...[
      batch.placeId,
      batch.lotId,
      batch.status,
      ...amounts,
      'seq',
      seq,
      'unit',
      unit,
      unit,
      batch.zone ?? '-',
      'lot',
      ...facts,
      ...facts,
    ],
    ...[batch.excursionId ?? '-', 'causes', ...(held.length > 0 ? [held.join(', ')] : [])],
  ].join(' ');
}

function ofTransfer({ from, to, status, lines }: Transfer): string {
  const told = lines.map(({ batchId, requested, shipped, received, damaged, lost }) =>
    [
      batchId,
      ...[requested, shipped, received, damaged, lost].flatMap((each) => (each === null ? [] : shown(each))),
    ].join(' '),
  );
  return `${from} ${to} ${status} ${told.join(', ')}`;
}

function ofCount({ placeId, status, lines }: Count): string {
  const figure = (told: Figure | null) => (told === null ? [] : [shown(told.expected), shown(told.counted), told.by]);
  const told = [...lines]
    .sort((a, b) => (a.batchId < b.batchId ? -1 : 1))
    .map(({ batchId, first, second, isSecondNeeded }) =>
      [batchId, ...figure(first), ...figure(second), isSecondNeeded ? 't' : 'f'].join(' '),
    );
  return `${placeId} ${status} ${told.join(', ')}`;
}

function ofVial(vial: Vial): string {
  const { batchId, status, used, wasted, wasteCosts } = vial;
  const doses = [used, wasted, remainsOf(vial)].map(shown).join(' ');
  return `${batchId} ${status} ${doses} wasted for ${shown(total(wasteCosts))}`;
}

export function differences(database: Lines, model: Lines): string[] {
  const keys = [...new Set([...database.keys(), ...model.keys()])];
  return keys
    .filter((key) => database.get(key) !== model.get(key))
    .map(
      (key) => `${key}: the database has ${database.get(key) ?? 'nothing'}, the model ${model.get(key) ?? 'nothing'}`,
    );
}

/** What must be true of the model by itself; a model that breaks these rules proves nothing. */
export function unsound(model: Model): string[] {
  const problems: string[] = [];
  for (const batch of model.batches.values()) {
    if (Object.values(batch.buckets).some((quantity) => quantity < 0n) || freeOf(batch) < 0n) {
      problems.push(`model: batch ${batch.id} has ${JSON.stringify(Object.values(batch.buckets).map(shown))}`);
    }
  }
  for (const vial of model.vials.values()) {
    const { unitCost } = known(model.batches, vial.batchId);
    const isWasted = remainsOf(vial) === 0n && vial.wasteCosts.length > 0;
    if (remainsOf(vial) < 0n || (isWasted && total(vial.wasteCosts) > unitCost)) {
      problems.push(`model: vial ${vial.id} is ${ofVial(vial)}`);
    }
  }
  return problems;
}
