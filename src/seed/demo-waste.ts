/** What was thrown away today, for reasons of every day. */
import { v7 as uuid } from 'uuid';
import { recordWaste } from '../domain/waste/record-waste.ts';
import type { WasteReason } from '../schema/enums.ts';
import type { DemoDay } from './demo-day.ts';

const wastes: readonly (readonly [string, string, string, WasteReason, string | null])[] = [
  ['Shingrix', 'LAKESIDE', '1', 'PATIENT_NO_SHOW', null],
  ['Gardasil 9', 'SUNSET', '1', 'DAMAGED', null],
  ['Juvederm Ultra XC 1 mL', 'HARBOUR', '1', 'CONTAMINATED', null],
  ['Amoxicillin 500 mg', 'MAINSTREET', '30', 'OTHER', 'The bottle fell and broke open on the floor.'],
];

export async function playWaste(day: DemoDay): Promise<void> {
  for (const [product, place, quantity, reason, note] of wastes) {
    const stockId = await day.stock(product, place);
    await day.as('PHARMACIST', (tx) => recordWaste(tx, { idempotencyKey: uuid(), stockId, quantity, reason, note }));
  }
}
