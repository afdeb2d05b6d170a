import { expect, test } from 'vitest';
import { choose } from './choose.ts';
import { giveTo, takeIn } from './prepared.ts';
import { axeFindings, type Stage } from './stage.ts';

export function recalling(stage: () => Stage): void {
  test('a recall blocks a lot, lists who had of it with letters to print, and is acknowledged by 1 of 1', async () => {
    const batch = await takeIn(stage(), {
      ...{ place: 'Main Street Pharmacy', product: 'Recalled by browser', lot: 'BROWSER-R', quantity: '10' },
    });
    const patient = await giveTo(stage(), batch, 'Bea');

    const page = await stage().visit('pharmacist', { path: '/recalls/new' });
    const form = page.locator('main');
    await choose(page, form, 'Product', 'Recalled by browser');
    await form.getByRole('combobox', { name: 'Lot numbers' }).fill('browser r');
    await page.keyboard.press('Enter');
    await choose(page, form, 'Class', 'Class II: may cause harm that passes');
    await form.getByRole('textbox', { name: 'Number', exact: true }).fill('D-BROWSER');
    await form.getByRole('textbox', { name: 'Why it is recalled' }).fill('Particles in the solution.');
    await form.getByRole('button', { name: 'Issue the recall' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Issue it' }).click();

    await form.getByText('Acknowledged by 0 of 1').waitFor();
    await form.getByRole('table', { name: 'Lots' }).getByText('9 vial').first().waitFor();
    await form.getByRole('table', { name: 'Who had of it' }).getByText(patient).waitFor();
    expect(await form.innerText()).not.toMatch(/\bsafe\b/i);
    await form.getByRole('button', { name: 'Acknowledge for Main Street Pharmacy' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'What was done' }).fill('All of it is locked away.');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await form.getByText('Acknowledged by 1 of 1').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await form.getByRole('link', { name: 'Letters' }).click();
    await page.emulateMedia({ media: 'print' });
    const letter = page.getByRole('article', { name: `Letter to ${patient}` });
    await letter.getByText('1 vial of Recalled by browser').waitFor();
    expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
  });
}
