import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { choose } from './choose.ts';
import { takeIn } from './prepared.ts';
import { axeFindings, overflow, type Stage } from './stage.ts';

const zone = `Browser ${randomUUID().slice(0, 4)}`;

/** By the keys on the screen, as a thumb does. */
async function key(page: Page, figure: string): Promise<void> {
  for (const digit of figure)
    await page.getByRole('group', { name: 'Digits' }).getByText(digit, { exact: true }).click();
  await page.getByRole('button', { name: 'Next' }).click();
}

/** What the file of the count's lines says was expected of each. */
async function expectedIn(page: Page): Promise<string[]> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const file = await readFile(await (await coming).path(), 'utf8');
  const rows = parse<Record<string, string>>(file, { columns: true, bom: true });
  return rows.map((row) => `${row['Expected'] ?? 'no column'}${row['Difference'] ?? ''}${row['At cost'] ?? ''}`);
}

export function countingBlind(stage: () => Stage): void {
  test('one counts blind on a phone, another recounts what differs, a third approves, and it is posted', async () => {
    const place = 'Central Warehouse';
    const batch = { place, zone, quantity: '40' };
    const wrong = await takeIn(stage(), { ...batch, product: 'Counted A', lot: 'BROWSER-A' });
    await takeIn(stage(), { ...batch, product: 'Counted B', lot: 'BROWSER-B' });

    const first = await stage().visit('pharmacist', { path: '/counts/new' });
    await choose(first, first.locator('main'), 'Location', place);
    await first.getByRole('textbox', { name: 'Zone' }).fill(zone);
    await first.getByRole('button', { name: 'Start' }).click();
    await first.getByText('0 of 2 lines').waitFor();
    const path = new URL(first.url()).pathname;

    const phone = await stage().visit('technician', { path: `${path}/count`, width: 360 });
    await phone.getByText('Line 1 of 2').waitFor();
    expect(await phone.locator('main').innerText()).not.toContain('40');
    expect(await overflow(phone)).toBe(0);
    expect(await axeFindings(phone)).toEqual([]);
    expect(await expectedIn(await stage().visit('technician', { path }))).toEqual(['', '']);
    await key(phone, '30');
    await phone.getByText('Line 2 of 2').waitFor();
    await key(phone, '40');
    await phone.getByText('All lines are counted').waitFor();
    await phone.getByRole('button', { name: 'Hand it in' }).click();
    await phone.getByText('somebody else has to do that').waitFor();
    expect(await phone.locator('main').innerText()).not.toMatch(/Expected|Difference/);

    await first.goto(`${stage().url}${path}/count`);
    await first.getByText('Recount 1 of 1').waitFor();
    await first.getByRole('textbox', { name: 'How many vial' }).fill('39');
    await first.keyboard.press('Enter');
    await first.getByRole('button', { name: 'Hand it in' }).click();
    await first.getByText('To approve').waitFor();

    const manager = await stage().visit('manager', { path });
    await manager.getByText('To approve').waitFor();
    expect((await expectedIn(manager)).every((told) => told !== '')).toBe(true);
    await manager.getByRole('row').filter({ hasText: 'BROWSER-A' }).getByText('−1').waitFor();
    await manager.getByRole('button', { name: 'Approve' }).click();
    const asking = manager.getByRole('dialog');
    await asking.getByRole('button', { name: 'Approve and post' }).click();
    await manager.getByText('Posted', { exact: true }).waitFor();
    const { stock } = await stage().ask<{ stock: { onHand: string } }>(
      'auditor',
      'query ($id: ID!) { stock(id: $id) { onHand } }',
      { id: wrong.stockId },
    );
    expect(stock.onHand).toBe('39');
  });
}
