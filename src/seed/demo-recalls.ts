/** A recall under way that concerns several places, acknowledged by half of them; and notices of a feed: one match waits, one was dismissed. */
import { v7 as uuid } from 'uuid';
import { acknowledgeRecall } from '../domain/recalls/acknowledge-recall.ts';
import { decideRecallMatch } from '../domain/recalls/decide-recall-match.ts';
import { matchNotices } from '../domain/recalls/find-matches.ts';
import { groupBy } from '../domain/group-by.ts';
import { issueRecall } from '../domain/recalls/issue-recall.ts';
import { parseNotice } from '../domain/recalls/parse-notice.ts';
import { rememberNotices } from '../domain/recalls/remember-notices.ts';
import type { DemoDay } from './demo-day.ts';

export async function playRecalls(day: DemoDay): Promise<void> {
  const recalled = await issued(day);
  const [pending, dismissed] = (await lots(day)).filter(({ productId }) => productId !== recalled);
  if (pending === undefined || dismissed === undefined) throw new Error('The demo has too few lots');
  await noticed(day, 'D-0412-2026', 'Class II', `Lot # ${pending.number}, Exp. see carton`, pending);
  const matchId = await noticed(day, 'D-0398-2026', 'Class III', `Lots ${dismissed.number} and others`, dismissed);
  const note = 'The batch was made for another market; the firm has confirmed it.';
  await day.as('PHARMACIST', (tx) => decideRecallMatch(tx, { idempotencyKey: uuid(), matchId, confirm: false, note }));
}

interface DemoLot {
  readonly productId: string;
  readonly product: string;
  readonly ndc: string | null;
  readonly number: string;
  readonly locationId: string;
}

/** Of which patients have had, and which no other scene has in hand; those of which some is left first, then those of which most was given. */
async function lots(day: DemoDay): Promise<DemoLot[]> {
  return day.db.query<DemoLot[]>(
    `SELECT l.product_id AS "productId", p.name AS product, p.ndc, l.manufacturer_lot_number AS number, min(s.location_id::text) AS "locationId"
     FROM inventory.inventory_lot l JOIN catalogue.product p ON p.id = l.product_id JOIN inventory.stock s ON s.lot_id = l.id
     JOIN inventory.dispense_allocation a ON a.stock_id = s.id JOIN inventory.dispense_record r ON r.id = a.dispense_record_id
     WHERE p.doses_per_stock_unit IS NULL AND p.dea_schedule IS NULL AND r.patient_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM inventory.inventory_transfer_line t WHERE t.lot_id = l.id)
       AND NOT EXISTS (SELECT FROM inventory.inventory_count_line c WHERE c.stock_id = s.id)
     GROUP BY l.id, p.id ORDER BY max(s.on_hand_quantity) > 0 DESC, count(*) DESC, l.manufacturer_lot_number`,
  );
}

/** Of the product that patients have had in most places one lot of each; half of the places have looked. Answers the product. */
async function issued(day: DemoDay): Promise<string> {
  const all = await lots(day);
  const byProduct = [...groupBy(all, ({ productId }) => productId).entries()].map(([productId, ofIt]) => {
    const places = new Map(ofIt.toReversed().map((lot) => [lot.locationId, lot.number]));
    return { productId, numbers: [...places.values()] };
  });
  const [most] = byProduct.toSorted((left, right) => right.numbers.length - left.numbers.length);
  if (most === undefined || most.numbers.length < 2) throw new Error('The demo has no product that two places gave');
  const { productId, numbers } = most;
  const told = {
    reference: 'D-0405-2026',
    recallClass: 'CLASS_II' as const,
    reason: 'Failed dissolution specifications in a stability test.',
    source: 'Letter of the manufacturer',
  };
  const { recall } = await day.as('PHARMACIST', (tx) =>
    issueRecall(tx, { idempotencyKey: uuid(), productId, lotNumbers: numbers, ...told }),
  );
  const recallId = recall?.[0] ?? '';
  const places = await day.db.query<{ id: string }[]>(
    `SELECT a.location_id AS id FROM inventory.recall_acknowledgement a JOIN people.location l ON l.id = a.location_id
     WHERE a.recall_id = $1 ORDER BY l.code`,
    [recallId],
  );
  const note = 'Two shelves and the drawer looked through; all of it is in the locked bin.';
  for (const { id } of places.slice(0, Math.floor(places.length / 2))) {
    await day.as('PHARMACIST', (tx) => acknowledgeRecall(tx, { recallId, locationId: id, note }));
  }
  return productId;
}

/** Read as from a feed, and held against what is here; answers the match. */
async function noticed(day: DemoDay, number: string, classification: string, codeInfo: string, lot: DemoLot) {
  const notice = parseNotice({
    ...{ recall_number: number, classification, status: 'Ongoing', recalling_firm: 'Example Pharmaceuticals' },
    reason_for_recall: 'Lack of assurance of sterility.',
    product_description: `${lot.product}${lot.ndc === null ? '' : `, NDC ${lot.ndc}`}`,
    code_info: codeInfo,
  });
  if (typeof notice === 'string') throw new Error(notice);
  await day.asSystem((tx) => rememberNotices(tx, [notice]));
  const [stored] = await day.db.query<{ id: string }[]>(
    'SELECT id FROM inventory.recall_notice WHERE notice_number = $1',
    [number],
  );
  await day.asSystem((tx) => matchNotices(tx, [stored?.id ?? '']));
  const [match] = await day.db.query<{ id: string }[]>('SELECT id FROM inventory.recall_match WHERE notice_id = $1', [
    stored?.id,
  ]);
  if (match === undefined) throw new Error(`Notice ${number} concerns nothing in the demo`);
  return match.id;
}
