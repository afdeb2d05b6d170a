import { expect, test } from 'vitest';
import { demoPassword } from '../../src/seed/demo-people.ts';
import { choose } from './choose.ts';
import type { Stage } from './stage.ts';

interface Stocks {
  readonly stocks: {
    readonly nodes: readonly {
      readonly id: string;
      readonly onHand: string;
      readonly lot: { manufacturerLotNumber: string };
    }[];
  };
}

const controlled = `query { stocks(filter: { search: "Ketamine", availableOnly: true }, first: 1) {
  nodes { id onHand lot { manufacturerLotNumber } } } }`;

export function wasting(stage: () => Stage): void {
  test('a controlled drug is wasted only with a witness; what is typed outlives a reload, and leaves with its person', async () => {
    const { stocks } = await stage().ask<Stocks>('technician', controlled);
    const [batch] = stocks.nodes;
    if (batch === undefined) throw new Error('The demo has no Ketamine');
    const page = await stage().visit('technician', { path: '/waste/new' });
    const form = page.getByRole('dialog', { name: 'Record waste' });
    await choose(page, form, 'Batch', batch.lot.manufacturerLotNumber);
    await form.getByRole('textbox', { name: 'How many' }).fill('1');
    await choose(page, form, 'Reason', 'Lost or stolen');
    await form.getByRole('textbox', { name: 'Note' }).fill('Not in the safe.');
    await page.reload();
    expect(await form.getByRole('textbox', { name: 'How many' }).inputValue()).toBe('1');
    expect(await form.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('Not in the safe.');

    await form.getByRole('button', { name: 'Record it' }).click();
    await form.getByRole('alert').getByText('Have a second person sign below.').waitFor();
    await form.getByRole('textbox', { name: 'Their e-mail' }).fill('provider@demo.example');
    await form.getByRole('textbox', { name: 'Their password' }).fill(demoPassword);
    await form.getByRole('button', { name: 'Record it' }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Waste' }).getByText('witness Priya Provider').first().waitFor();

    await page.getByRole('link', { name: 'Record waste' }).click();
    expect(await form.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('');
    await form.getByRole('textbox', { name: 'Note' }).fill('Somebody else reads this');
    await expect.poll(() => page.evaluate<number>(draftsKept)).toBe(1);
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /: account$/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').waitFor();
    expect(await page.evaluate<number>(draftsKept)).toBe(0);
  });
}

const draftsKept = `Object.keys(sessionStorage).filter((key) => key.startsWith('lotkeeper.draft.')).length`;
