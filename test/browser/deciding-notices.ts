import { expect, test } from 'vitest';
import { takeIn } from './prepared.ts';
import type { Stage } from './stage.ts';

/** As the feed's job makes them: a notice that names the lot of a batch, and a match that waits. */
const noticeOf = (stockId: string, number: string) => `
  WITH lot AS (SELECT s.lot_id, s.product_id FROM inventory.stock s WHERE s.id = '${stockId}'),
  notice AS (INSERT INTO inventory.recall_notice
      (id, notice_number, recall_class, reason, product_description, code_info, names, product_keys, lot_keys, content_hash)
    VALUES (gen_random_uuid(), '${number}', 'CLASS_II', 'Particles', 'Noticed by browser', 'Lot ${number}', '{}', '{}', '{}', '')
    RETURNING id)
  INSERT INTO inventory.recall_match (id, notice_id, kind, product_id, lot_id, evidence)
  SELECT gen_random_uuid(), notice.id, 'EXACT_LOT', lot.product_id, lot.lot_id, '{}' FROM notice, lot`;

export function decidingNotices(stage: () => Stage): void {
  test('one notice is confirmed and becomes a recall that blocks the lot, another is dismissed with its reason', async () => {
    const place = 'Main Street Pharmacy';
    const batch = { place, product: 'Noticed by browser', quantity: '5' };
    const { stockId } = await takeIn(stage(), { ...batch, lot: 'N-BROWSER-1' });
    await stage().prepare(noticeOf(stockId, 'N-BROWSER-1'));
    const other = await takeIn(stage(), { ...batch, lot: 'N-BROWSER-2' });
    await stage().prepare(noticeOf(other.stockId, 'N-BROWSER-2'));

    const page = await stage().visit('pharmacist', { path: '/recalls?show=notices' });
    const dismissed = page.getByRole('region', { name: 'Notice N-BROWSER-2' });
    await dismissed.getByRole('button', { name: 'Dismiss…' }).click();
    const asking = page.getByRole('dialog', { name: 'Dismiss the notice' });
    await asking.getByRole('textbox', { name: 'Why it does not concern us' }).fill('Another market.');
    await asking.getByRole('button', { name: 'Dismiss' }).click();
    await dismissed.waitFor({ state: 'detached' });

    await page
      .getByRole('region', { name: 'Notice N-BROWSER-1' })
      .getByRole('button', { name: 'It concerns us…' })
      .click();
    await page
      .getByRole('dialog', { name: 'It concerns us' })
      .getByRole('button', { name: 'Issue the recall' })
      .click();
    await page.getByRole('heading', { name: 'Noticed by browser: lot N-BROWSER-1' }).waitFor();
    const { one, two } = await stage().ask<Record<'one' | 'two', { lot: { status: string } }>>(
      'auditor',
      'query ($one: ID!, $two: ID!) { one: stock(id: $one) { lot { status } } two: stock(id: $two) { lot { status } } }',
      { one: stockId, two: other.stockId },
    );
    expect([one.lot.status, two.lot.status]).toEqual(['RECALLED', 'ACTIVE']);
  });
}
