import { expect, test } from 'vitest';
import { demoPassword } from '../../src/seed/demo-people.ts';
import { overflow, settled, type Stage } from './stage.ts';

const focused = `document.activeElement.closest('[data-row]')?.dataset.row ?? document.activeElement.id`;

export function withoutAMouse(stage: () => Stage): void {
  test('by keyboard alone: sign in, skip to the page, open a batch, close it and be where one was', async () => {
    const page = await stage().stranger({ path: '/stock' });
    await page.getByLabel('E-mail').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('technician@demo.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type(demoPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Stock' }).getByRole('link').first().waitFor();

    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Stock' }).getByRole('link').first().focus();
    await page.keyboard.press('ArrowDown');
    const row = await page.evaluate<string>(focused);
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Ledger' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/stock/${row}`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate<string>(focused)).toBe(row);
  });

  test('on a phone: the menu opens, a batch opens over the whole screen, nothing is wider than it', async () => {
    const page = await stage().visit('provider', { width: 360, path: '/stock' });
    await settled(page);
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Expiry' }).click();
    await page.getByRole('heading', { name: 'Expiry', level: 1 }).waitFor();
    await settled(page);
    await page.getByRole('table', { name: 'Batches' }).getByRole('link').first().click();
    await page.getByRole('table', { name: 'Ledger' }).waitFor();
    expect(await overflow(page)).toBe(0);
  });

  test('dark is chosen once and stays after a reload', async () => {
    const page = await stage().visit('auditor', { path: '/stock' });
    await page.getByRole('button', { name: 'Show dark' }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Show light' }).waitFor();
    expect(await page.evaluate<string>('getComputedStyle(document.body).colorScheme')).toContain('dark');
  });
}
