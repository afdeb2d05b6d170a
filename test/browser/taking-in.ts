import { expect, test } from 'vitest';
import { scan } from './scan.ts';
import type { Stage } from './stage.ts';

const gs = '\u001d';

interface Ledger {
  readonly inventoryTransactions: {
    readonly nodes: readonly { readonly type: string; readonly quantityChange: string }[];
  };
}

export function takingIn(stage: () => Stage): void {
  test('a scan opens intake, filled in; what is taken in is dispensed to a patient, and the ledger tells both', async () => {
    const page = await stage().visit('pharmacist', { path: '/stock' });
    await page.locator('main').getByRole('heading', { name: 'Stock', level: 1 }).waitFor();
    await scan(page, `]d201003492811247091729020010FLUBROWSER${gs}217H2K9`);

    const panel = page.getByRole('dialog', { name: 'Take in a delivery' });
    await panel.waitFor();
    await expect.poll(() => panel.getByLabel('Lot number').inputValue()).toBe('FLUBROWSER');
    expect(await panel.getByLabel('Last day').inputValue()).toBe('2029-02-28');
    expect(await panel.getByLabel('Serial number').inputValue()).toBe('7H2K9');
    await panel.getByLabel('Brand').fill('Example Biologics');
    await panel.getByLabel('Name and strength').fill('Influenza vaccine 0.5 mL');
    await panel.getByLabel('Category').fill('Vaccine');
    await panel.getByLabel('Counted in').fill('vial');
    await panel.getByLabel('Vendor').fill('McKesson');
    await panel.getByRole('textbox', { name: 'Quantity' }).fill('25');
    await panel.getByRole('textbox', { name: 'Unit cost' }).fill('18.40');
    await panel.getByText('$460.00 in all').waitFor();
    await panel.getByRole('button', { name: 'Take in' }).click();

    const batch = page.getByRole('dialog', { name: 'Influenza vaccine 0.5 mL' });
    await batch.getByRole('button', { name: 'Dispense' }).click();
    const form = page.getByRole('dialog', { name: 'Dispense Influenza vaccine 0.5 mL' });
    await form.getByRole('textbox', { name: 'Quantity' }).fill('2');
    await form.getByText('2 vials from lot FLUBROWSER').waitFor();
    await form.getByRole('combobox', { name: 'Patient' }).fill('Alma');
    await page.getByRole('listbox').getByRole('option').first().click();
    await form.getByRole('button', { name: 'Dispense' }).click();
    await form.waitFor({ state: 'detached' });

    const lines = batch.getByRole('table', { name: 'Ledger' }).getByRole('row');
    await lines.filter({ hasText: 'Dispense' }).getByText('−2').waitFor();
    await lines.filter({ hasText: 'Intake' }).getByText('+25').waitFor();
    await batch.locator('[data-figure="Available"]', { hasText: '23' }).waitFor();
    const stockId = new URL(page.url()).pathname.split('/').at(-1);
    const { inventoryTransactions } = await stage().ask<Ledger>(
      'auditor',
      'query ($id: ID) { inventoryTransactions(filter: { stockId: $id }) { nodes { type quantityChange } } }',
      { id: stockId },
    );
    expect(inventoryTransactions.nodes).toEqual([
      { type: 'DISPENSE', quantityChange: '-2' },
      { type: 'INTAKE', quantityChange: '25' },
    ]);
  });

  test('more than there is is refused with the figures and what to do, and what was typed stays', async () => {
    const { stocks } = await stage().ask<{ stocks: { nodes: { id: string }[] } }>(
      'pharmacist',
      '{ stocks(filter: { search: "Xeomin", availableOnly: true }, first: 1) { nodes { id } } }',
    );
    const page = await stage().visit('pharmacist', { path: `/stock/${stocks.nodes[0]?.id ?? ''}` });
    await page.getByRole('button', { name: 'Dispense' }).click();
    const form = page.getByRole('dialog', { name: /^Dispense/ });
    await form.getByRole('textbox', { name: 'Quantity' }).fill('99999');
    await form.getByRole('button', { name: 'Dispense' }).click();
    const refusal = form.getByRole('alert');
    await refusal.getByText('99999 were asked for').waitFor();
    await refusal.getByText('Take less, take it from another location, or order more.').waitFor();
    expect(await form.getByRole('textbox', { name: 'Quantity' }).inputValue()).toBe('99999');
  });
}
