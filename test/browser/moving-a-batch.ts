import { expect, test } from 'vitest';
import { takeIn } from './prepared.ts';
import type { Stage } from './stage.ts';

const seen = `query ($id: ID!) { stock(id: $id) { shelf storageUnit { name } available lot { status } } }`;

export function movingABatch(stage: () => Stage): void {
  test('a batch is put elsewhere; its lot is quarantined, which the other sees at once, and released again', async () => {
    const { stockId } = await takeIn(stage(), {
      ...{ place: 'Main Street Pharmacy', product: 'Moved by browser', lot: 'BROWSER-M', quantity: '8' },
    });
    const [page, provider] = await Promise.all([
      stage().visit('pharmacist', { path: `/stock/${stockId}` }),
      stage().visit('provider', { path: `/stock/${stockId}` }),
    ]);
    const open = async (item: string) => {
      await page.getByRole('button', { name: 'More to do' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await open('Put it elsewhere');
    const moving = page.getByRole('dialog', { name: 'Put it elsewhere' });
    await moving.getByRole('combobox', { name: 'Storage unit' }).selectOption('Refrigerator');
    await moving.getByRole('textbox', { name: 'Shelf' }).fill('B7');
    await moving.getByRole('button', { name: 'Put it there' }).click();
    await moving.waitFor({ state: 'detached' });
    await page.getByText('Shelf B7').waitFor();

    await provider.getByRole('button', { name: 'Dispense' }).waitFor();
    await open('Quarantine the lot');
    const blocking = page.getByRole('dialog', { name: 'Quarantine lot BROWSER-M' });
    await blocking.getByRole('textbox', { name: 'Reason' }).fill('It looks cloudy.');
    await blocking.getByRole('button', { name: 'Quarantine it' }).click();
    await provider.locator('[data-figure="Quarantine"]', { hasText: '8' }).waitFor();
    await provider.getByRole('button', { name: 'Dispense' }).waitFor({ state: 'detached' });
    expect(await stage().ask<object>('auditor', seen, { id: stockId })).toEqual({
      stock: { shelf: 'B7', storageUnit: { name: 'Refrigerator' }, available: '0', lot: { status: 'QUARANTINED' } },
    });

    await blocking.waitFor({ state: 'detached' });
    await open('Release the lot');
    const releasing = page.getByRole('dialog', { name: 'Release lot BROWSER-M' });
    await releasing.getByRole('textbox', { name: 'Reason' }).fill('It is as it should be.');
    await releasing.getByRole('button', { name: 'Release it' }).click();
    await provider.getByRole('button', { name: 'Dispense' }).waitFor();
  });
}
