import { expect, test } from 'vitest';
import { choose } from './choose.ts';
import { takeIn } from './prepared.ts';
import { axeFindings, type Stage } from './stage.ts';

export function transferring(stage: () => Stage): void {
  test('one asks for units, another approves them; shipped, received with one damaged, and both ends see the difference', async () => {
    const { productId } = await takeIn(stage(), {
      ...{ place: 'Central Warehouse', product: 'Sent by browser', lot: 'BROWSER-T', quantity: '10' },
    });
    const page = await stage().visit('technician', { path: '/transfers/new' });
    const asking = page.getByRole('dialog', { name: 'Ask for a transfer' });
    await choose(page, asking, 'From', 'Central Warehouse');
    await choose(page, asking, 'To', 'Harbour Aesthetics');
    await choose(page, asking, 'Product', 'Sent by browser');
    await asking.getByRole('textbox', { name: 'Quantity' }).fill('3');
    await asking.getByRole('button', { name: 'Ask for it' }).click();
    const panel = page.getByRole('dialog', { name: /^TRF-/ });
    await panel.getByText('Asked for', { exact: true }).first().waitFor();
    expect(await panel.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    const code = await panel.getByRole('heading', { name: /^TRF-/ }).innerText();

    const manager = await stage().visit('manager', { path: new URL(page.url()).pathname });
    await manager.getByRole('button', { name: 'Approve' }).click();
    const approving = manager.getByRole('dialog', { name: /^Approve/ });
    await approving.getByRole('button', { name: 'Approve' }).click();
    await approving.waitFor({ state: 'detached' });

    await page.reload();
    await panel.getByRole('button', { name: 'Ship' }).click();
    await page.getByRole('dialog', { name: /^Ship/ }).getByRole('button', { name: 'Ship' }).click();
    await panel.getByRole('textbox', { name: 'Received' }).fill('2');
    await panel.getByRole('button', { name: 'Receive' }).click();
    await panel.getByText('1 of 3 are not told yet.').waitFor();
    await panel.getByRole('textbox', { name: 'Damaged' }).fill('1');
    await panel.getByRole('textbox', { name: 'What happened' }).fill('One was broken.');
    expect(await axeFindings(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Receive' }).click();
    await panel.getByText('One was broken.').waitFor();

    await manager.goto(`${stage().url}/transfers?off=yes`);
    await manager.getByRole('row').filter({ hasText: code }).getByText('Differs').waitFor();
    const { stocks } = await stage().ask<{ stocks: { nodes: { onHand: string; location: { name: string } }[] } }>(
      'auditor',
      'query ($id: ID) { stocks(filter: { productId: $id }) { nodes { onHand location { name } } } }',
      { id: productId },
    );
    expect(Object.fromEntries(stocks.nodes.map(({ location, onHand }) => [location.name, onHand]))).toEqual({
      'Central Warehouse': '7',
      'Harbour Aesthetics': '2',
    });
  });
}
