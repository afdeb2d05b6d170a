/**
 * Begins a count of what a location holds, or of one category or zone of it: a line for each batch with units on hand,
 * in the order in which one walks along the shelves.
 * Refuses: BAD_USER_INPUT (nothing to count, or too much at once), NOT_FOUND, DUPLICATE (a batch is on an open count).
 * Locks: the batches' places among open counts, by stock id.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { addAudit } from '../audit.ts';
import { claim, gate, type Result } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import { countCode, countSequence, nextNumbers } from '../stock/codes.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { countAudit, countChanged } from './count-audit.ts';

export interface StartCount {
  readonly locationId: string;
  readonly blind?: boolean | null;
  readonly category?: string | null;
  readonly zone?: string | null;
}

interface Part {
  readonly category: string | null;
  readonly zone: string | null;
}

/** So many that all differ are posted in half a second, during which nothing else leaves them. */
const mostLines = 2_000;

export async function startCount(tx: Tx, input: StartCount): Promise<Result> {
  const category = optionalText(input.category, 'category', 100);
  const zone = optionalText(input.zone, 'zone', 50);
  const year = await yearAt(tx, input);
  const stockIds = await batchesOf(tx, input.locationId, { category, zone });
  const sequence = countSequence(year);
  const code = countCode(year, (await nextNumbers(tx, [sequence])).get(sequence) ?? '');
  const count = { id: uuid(), code, locationId: input.locationId, blind: input.blind ?? true, category, zone };
  const listed = await write(tx, count, stockIds);
  if (listed < stockIds.length) throw await alreadyCounted(tx, stockIds, count.id);
  return { count: [count.id] };
}

async function yearAt(tx: Tx, input: StartCount): Promise<string> {
  optionalUuid(input.locationId, 'locationId');
  const said = { mutation: 'startCount', key: null, input };
  const claimed = await claim<{ year: string }>(tx, said, {
    locked: `SELECT o.time_zone FROM people.location o WHERE ${gate} AND o.id = $8 AND ($9::boolean OR o.id = ANY($10::uuid[]))`,
    columns: `to_char(now() AT TIME ZONE l.time_zone, 'YYYY') AS year`,
    values: [input.locationId, tx.actor.isSystem, tx.actor.locationIds],
  });
  const [place] = claimed.replay === null ? claimed.rows : [];
  if (place === undefined) throw notFound('location', input.locationId);
  return place.year;
}

async function batchesOf(tx: Tx, locationId: string, { category, zone }: Part): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT s.id FROM inventory.stock s JOIN catalogue.product p ON p.id = s.product_id
     WHERE s.location_id = $1 AND s.on_hand_quantity > 0 AND ($2::text IS NULL OR p.category = $2) AND ($3::text IS NULL OR s.zone = $3)
     ORDER BY s.zone, s.rack, s.shelf, s.bin, p.name_key, s.lot_expires_on, s.id LIMIT $4`,
    [locationId, category, zone, mostLines + 1],
  );
  if (rows.length === 0) {
    throw new Refusal('BAD_USER_INPUT', 'There is nothing to count there: no batch has units on hand.', {
      field: zone !== null ? 'zone' : category !== null ? 'category' : 'locationId',
    });
  }
  if (rows.length > mostLines) {
    throw new Refusal('BAD_USER_INPUT', `A count has at most ${mostLines} batches. Count by category or zone.`, {
      field: 'category',
      most: mostLines,
    });
  }
  return rows.map(({ id }) => id);
}

type NewCount = Part & {
  readonly id: string;
  readonly code: string;
  readonly locationId: string;
  readonly blind: boolean;
};

/** Answers how many batches are on the count now; one that is on another open one is passed over. */
async function write(tx: Tx, count: NewCount, stockIds: readonly string[]): Promise<number> {
  const statement = new Statement();
  const value = (given: unknown, type: string) => statement.value(given, type);
  statement.with(
    'started',
    `INSERT INTO inventory.inventory_count (id, code, location_id, blind, category, zone, started_by)
     VALUES (${value(count.id, 'uuid')}, ${value(count.code, 'text')}, ${value(count.locationId, 'uuid')}, ${value(count.blind, 'boolean')},
       ${value(count.category, 'text')}, ${value(count.zone, 'text')}, ${value(tx.actor.id, 'uuid')})`,
  );
  statement.with(
    'listed',
    `INSERT INTO inventory.inventory_count_line (id, count_id, stock_id, position)
     SELECT l.id, ${value(count.id, 'uuid')}, l.stock_id, l.position
     FROM unnest(${value(
       stockIds.map(() => uuid()),
       'uuid[]',
     )}, ${value(stockIds, 'uuid[]')}) WITH ORDINALITY AS l(id, stock_id, position)
     ORDER BY l.stock_id ON CONFLICT (stock_id) WHERE open DO NOTHING RETURNING 1`,
  );
  const { id, locationId, code, blind, category, zone } = count;
  const after = { status: 'IN_PROGRESS', code, blind, category, zone, lines: stockIds.length };
  addAudit(statement, tx, [
    { ...countAudit('startCount', { id, locationId, status: 'IN_PROGRESS' }, after), before: null },
  ]);
  addOutbox(statement, [countChanged(count)]);
  const [row] = await statement.run<{ listed: number }>(tx, 'SELECT count(*)::int AS listed FROM listed');
  return row?.listed ?? 0;
}

async function alreadyCounted(tx: Tx, stockIds: readonly string[], own: string): Promise<Refusal> {
  const rows = await tx.sql<{ id: string; code: string; batches: number }>(
    `SELECT c.id, c.code, count(*)::int AS batches FROM inventory.inventory_count_line l JOIN inventory.inventory_count c ON c.id = l.count_id
     WHERE l.open AND l.stock_id = ANY($1::uuid[]) AND c.id <> $2 GROUP BY c.id, c.code ORDER BY c.code LIMIT 10`,
    [stockIds, own],
  );
  const codes = rows.map(({ code }) => code).join(', ');
  return new Refusal('DUPLICATE', `Batches of this part are being counted already: ${codes}. End those counts first.`, {
    counts: rows,
  });
}
