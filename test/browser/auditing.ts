import { expect, test } from 'vitest';
import { choose } from './choose.ts';
import type { Stage } from './stage.ts';

export function auditing(stage: () => Stage): void {
  test('the trail is narrowed to one kind of record and to one record, with what was there before and after', async () => {
    const page = await stage().visit('auditor', { path: '/audit' });
    const trail = page.getByRole('table', { name: 'Audit trail' });
    await choose(page, page.locator('main'), 'Of what', 'Recall match');
    await page.waitForURL(/entity=recall_match/);
    const kinds = () => trail.getByRole('row').locator('[data-card="lead"]').allInnerTexts();
    const isOnly = (texts: string[]) => texts.length > 0 && texts.every((text) => text.endsWith('Recall match'));
    await expect.poll(async () => isOnly(await kinds())).toBe(true);

    await trail.getByRole('link').filter({ hasText: 'Decide recall match' }).first().click();
    const entry = page.getByRole('dialog', { name: 'Decide recall match' });
    const status = entry.getByRole('table', { name: 'What changed' }).getByRole('row').filter({ hasText: 'Status' });
    await status.getByText('Pending').waitFor();
    await entry.getByRole('link', { name: 'All of this record' }).click();
    await page.getByText('One record only').waitFor();
    await page.getByRole('button', { name: 'One record only: show all' }).click();
    await page.waitForURL((url) => !url.searchParams.has('id'));
  });

  test('of a sign-in it tells whose it was; a form that an auditor may not fill in leads back to its list', async () => {
    const page = await stage().visit('auditor', { path: '/audit?entity=user' });
    const row = page.getByRole('table', { name: 'Audit trail' }).getByRole('row').filter({ hasText: 'Login' });
    await row.filter({ hasText: 'User: Otto Auditor' }).first().waitFor();
    await page.goto(`${stage().url}/counts/new`);
    await page.waitForURL(/\/counts$/);
  });
}
