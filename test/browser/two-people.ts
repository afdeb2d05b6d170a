import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { demoPassword } from '../../src/seed/demo-people.ts';
import type { Stage } from './stage.ts';

interface Batch {
  readonly id: string;
  readonly product: { readonly name: string };
}

async function batchOf(stage: Stage, name: string): Promise<Batch> {
  const { locations } = await stage.ask<{ locations: { id: string }[] }>('pharmacist', '{ locations { id } }');
  const { intake } = await stage.ask<{ intake: { stock: Batch } }>(
    'pharmacist',
    'mutation ($input: IntakeInput!) { intake(input: $input) { stock { id product { name } } } }',
    {
      input: {
        ...{
          idempotencyKey: randomUUID(),
          locationId: locations[0]?.id,
          manufacturerLotNumber: `${name}-1`,
          quantity: '40',
        },
        ...{ brandName: 'Example', productName: name, category: 'Vaccine', stockUnit: 'vial', vendorName: 'McKesson' },
        ...{ cogsMode: 'FIXED', unitCogs: '12', paymentTerms: 'COD', expiresOn: '2031-01-31' },
      },
    },
  );
  return intake.stock;
}

const adjust = 'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { stock { id } } }';

export function twoPeople(stage: () => Stage): void {
  test('two people on one batch: each sees what the other does, and nobody writes over what they have not seen', async () => {
    const { id } = await batchOf(stage(), 'Twofold');
    const [pharmacist, manager] = await Promise.all([
      stage().visit('pharmacist', { path: `/stock/${id}` }),
      stage().visit('manager', { path: `/stock/${id}` }),
    ]);
    const figure = pharmacist.locator('[data-figure="On hand"]');
    await figure.filter({ hasText: '40' }).waitFor();

    await manager.getByRole('button', { name: 'More to do' }).click();
    await manager.getByRole('menuitem', { name: 'Correct the quantity' }).click();
    const form = manager.getByRole('dialog', { name: 'Correct the quantity' });
    await form.getByRole('textbox', { name: 'Really on hand' }).fill('38');
    await form.getByRole('textbox', { name: 'Reason' }).fill('Two were broken');
    const input = { idempotencyKey: randomUUID(), stockId: id, newOnHand: '39', reason: 'One is missing' };
    await stage().ask('manager', adjust, { input });
    await figure.filter({ hasText: '39' }).waitFor();

    await form.getByRole('button', { name: 'Correct it' }).click();
    await form.getByRole('alert').getByText('Somebody was faster').waitFor();
    await form.getByText('39 vials on hand').waitFor();
    expect(await form.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('Two were broken');
    await form.getByRole('button', { name: 'Correct it' }).click();
    await figure.filter({ hasText: '38' }).waitFor();
  });

  test('a token that has run out is renewed over the page: what was typed is still there, and is done once', async () => {
    const { id } = await batchOf(stage(), 'Kept');
    const page = await stage().visit('pharmacist', { path: `/stock/${id}` });
    await page.getByRole('button', { name: 'Dispense' }).click();
    const form = page.getByRole('dialog', { name: 'Dispense Kept' });
    await form.getByRole('textbox', { name: 'Quantity' }).fill('3');
    const refusal = {
      errors: [{ message: 'The token is not valid.', extensions: { code: 'UNAUTHENTICATED', context: {} } }],
    };
    await page.route('**/graphql', (route) => route.fulfill({ status: 401, json: refusal }), { times: 1 });
    await form.getByRole('button', { name: 'Dispense' }).click();

    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByRole('textbox', { name: 'Password' }).fill(demoPassword);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await form.getByRole('textbox', { name: 'Quantity' }).inputValue()).toBe('3');

    // No answer comes, though it was done: the second try is the same deed.
    let isLost = false;
    await page.route('**/graphql', async (route) => {
      if (isLost || route.request().postData()?.includes('mutation Dispense') !== true) return route.continue();
      isLost = true;
      await route.fetch();
      return route.abort();
    });
    await form.getByRole('button', { name: 'Dispense' }).click();
    await form.getByRole('alert').getByText('It will not be done twice').waitFor();
    await form.getByRole('button', { name: 'Dispense' }).click();
    await form.waitFor({ state: 'detached' });
    await page.locator('[data-figure="On hand"]', { hasText: '37' }).waitFor();
  });
}
