import { expect, test } from 'vitest';
import type { Stage } from './stage.ts';

interface Excursions {
  readonly temperatureExcursions: readonly {
    readonly kind: string;
    readonly acknowledgedBy: { readonly displayName: string } | null;
    readonly comment: string | null;
  }[];
}

export function outOfLimits(stage: () => Stage): void {
  test('an excursion is acknowledged with what was done; whoever may not is not asked', async () => {
    const technician = await stage().visit('technician', { path: '/cold-chain' });
    await technician.getByRole('table', { name: 'Excursions' }).getByText('To acknowledge').first().waitFor();
    expect(await technician.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0);

    const page = await stage().visit('pharmacist', { path: '/cold-chain' });
    await page
      .getByRole('button', { name: /^Acknowledge the excursion/ })
      .last()
      .click();
    const asking = page.getByRole('dialog', { name: 'Acknowledge the excursion' });
    await asking.getByRole('button', { name: 'Acknowledge' }).click();
    await asking.getByText('This is needed: it is kept with the record.').waitFor();
    await asking.getByRole('textbox').fill('The door stood open. Nothing was used.');
    await asking.getByRole('button', { name: 'Acknowledge' }).click();
    await asking.waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Excursions' }).getByText('The door stood open.').waitFor();
    const { temperatureExcursions } = await stage().ask<Excursions>(
      'auditor',
      '{ temperatureExcursions { kind acknowledgedBy { displayName } comment } }',
    );
    const acknowledged = temperatureExcursions.filter(({ comment }) => comment?.startsWith('The door') === true);
    expect(acknowledged.map(({ acknowledgedBy }) => acknowledgedBy?.displayName)).toEqual(['Felix Pharmacist']);
  });
}
