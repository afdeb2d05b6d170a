import { expect, test } from 'vitest';
import { takeIn } from './prepared.ts';
import type { Stage } from './stage.ts';

const batch = { place: 'Main Street Pharmacy', quantity: '9' };

export function keepingForSomebody(stage: () => Stage): void {
  test('units are reserved until a day, which others see, and released again', async () => {
    const { stockId } = await takeIn(stage(), { ...batch, product: 'Kept by browser', lot: 'BROWSER-K' });
    const page = await stage().visit('pharmacist', { path: `/stock/${stockId}` });
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Reserve' });
    await form.getByRole('textbox', { name: 'Quantity' }).fill('4');
    await form.getByRole('textbox', { name: 'For what' }).fill('Monday morning.');
    await form.getByRole('button', { name: 'Reserve them' }).click();
    await form.waitFor({ state: 'detached' });
    await page.locator('[data-figure="Available"]', { hasText: '5' }).waitFor();

    const other = await stage().visit('technician', { path: `/stock/${stockId}` });
    await other.getByRole('tab', { name: 'Reserved' }).click();
    const kept = other.getByRole('list', { name: 'Reservations' }).getByRole('listitem');
    await kept.filter({ hasText: 'Monday morning.' }).getByText('4 vials').waitFor();
    expect(await other.getByRole('button', { name: 'Release' }).count()).toBe(0);

    await page.getByRole('tab', { name: 'Reserved' }).click();
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Release' }).last().click();
    await page.locator('[data-figure="Available"]', { hasText: '9' }).waitFor();
    await other.getByText('Nothing is reserved').waitFor();
  });

  test('a manager lists a batch on a marketplace and ends it; the others only see it', async () => {
    const { stockId } = await takeIn(stage(), { ...batch, product: 'Listed by browser', lot: 'BROWSER-L' });
    const page = await stage().visit('manager', { path: `/stock/${stockId}` });
    await page.getByRole('tab', { name: 'Listings' }).click();
    await page.getByRole('button', { name: 'List it' }).click();
    const form = page.getByRole('dialog', { name: 'List it on a marketplace' });
    await form.getByRole('textbox', { name: 'Marketplace' }).fill('Example Market');
    await form.getByRole('textbox', { name: 'Price of a unit' }).fill('31.5');
    await form.getByRole('button', { name: 'List it' }).click();
    await form.waitFor({ state: 'detached' });
    const listing = page.getByRole('list', { name: 'Listings' }).getByRole('listitem');
    await listing.getByText('$31.50').waitFor();

    const other = await stage().visit('pharmacist', { path: `/stock/${stockId}` });
    await other.getByRole('tab', { name: 'Listings' }).click();
    await other.getByRole('listitem').filter({ hasText: 'Example Market' }).getByText('Listed').waitFor();
    expect(await other.getByRole('button', { name: 'End the listing on Example Market' }).count()).toBe(0);

    await page.getByRole('button', { name: 'End the listing on Example Market' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await listing.getByText(/ended /).waitFor();
  });

  test('a pharmacy outside is among those whose dispensing is shown, and not among the places of stock', async () => {
    const outside = 'Riverside Community Pharmacy';
    const page = await stage().visit('manager', { path: '/dispensing' });
    await page.getByRole('combobox', { name: 'Pharmacy' }).click();
    await page.getByRole('listbox').getByRole('option', { name: outside }).click();
    await page.waitForURL(/pharmacy=/);
    await page.getByRole('heading', { name: 'In these days' }).waitFor();
    const places = page.getByRole('combobox', { name: 'Location' });
    expect(await places.locator('option').allTextContents()).not.toContain(outside);
    await page.goto(`${stage().url}/transfers/new`);
    await page.getByRole('combobox', { name: 'From' }).click();
    const offered = page.getByRole('listbox').getByRole('option');
    await offered.first().waitFor();
    expect(await offered.allTextContents()).not.toContain(outside);
  });
}
