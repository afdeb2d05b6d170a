import { expect, test } from 'vitest';
import { choose } from './choose.ts';
import { axeFindings, type Stage } from './stage.ts';

interface Vials {
  readonly openVials: { readonly nodes: readonly { readonly id: string; readonly status: string }[] };
}

export function openingAVial(stage: () => Stage): void {
  test('a vial is opened, 12.5 are drawn exactly, too much is refused with what remains, the rest is waste', async () => {
    const page = await stage().visit('provider', { path: '/open-vials/new' });
    const opening = page.getByRole('dialog', { name: 'Open a vial' });
    await choose(page, opening, 'Location', 'Harbour Aesthetics');
    await choose(page, opening, 'Product', 'Botox Cosmetic 100 U');
    await opening.getByText(/^Take lot /).waitFor();
    await opening.getByRole('textbox', { name: 'Mixed with' }).fill('Sodium chloride 0.9 %');
    await opening.getByRole('textbox', { name: 'How much of it' }).fill('2.5');
    await opening.getByRole('button', { name: 'Open it' }).click();

    const vial = page.getByRole('dialog', { name: 'Botox Cosmetic 100 U' });
    await vial.getByText('100 U remain.').waitFor();
    await vial.getByText('40 U / mL').waitFor();
    await choose(page, vial, 'Patient', 'Alma');
    await vial.getByRole('textbox', { name: 'Draw' }).fill('12.5');
    await vial.getByText('87.5 U will remain.').waitFor();
    await vial.getByRole('textbox', { name: 'Charge' }).fill('175');
    await vial.getByRole('button', { name: 'Draw' }).click();
    await vial.getByText('87.5 U remain.').waitFor();
    await vial.getByRole('table', { name: 'Uses' }).getByText('$175.00').waitFor();

    await choose(page, vial, 'Patient', 'Alma');
    await vial.getByRole('textbox', { name: 'Draw' }).fill('87.6');
    await vial.getByText('0.1 U more than the 87.5 U that remain.').waitFor();
    await vial.getByRole('button', { name: 'Draw' }).click();
    const refusal = vial.getByRole('alert');
    await refusal.getByText('87.5').waitFor();
    await refusal.getByText('Draw what is left, and the rest from another vial.').waitFor();
    expect(await vial.getByRole('textbox', { name: 'Draw' }).inputValue()).toBe('87.6');
    expect(await axeFindings(page)).toEqual([]);

    await vial.getByRole('button', { name: 'Close the vial' }).click();
    const closing = page.getByRole('dialog', { name: 'Close the vial' });
    await choose(page, closing, /87\.5 U are thrown away/, 'Draw up loss');
    await closing.getByRole('button', { name: 'Close the vial' }).click();
    await closing.waitFor({ state: 'detached' });
    await vial.getByText('Closed', { exact: true }).waitFor();
    await vial.getByRole('listitem').filter({ hasText: '87.5 U wasted' }).waitFor();

    const id = new URL(page.url()).pathname.split('/').at(-1);
    const { openVial } = await stage().ask<{ openVial: object }>(
      'auditor',
      'query ($id: ID!) { openVial(id: $id) { status initialDoses usedDoses wastedDoses remainingDoses revenue } }',
      { id },
    );
    expect(openVial).toEqual({
      ...{ status: 'CLOSED', initialDoses: '100', usedDoses: '12.5', wastedDoses: '87.5', remainingDoses: '0' },
      revenue: '175',
    });
  });

  test('a pharmacist names who treats, and takes a wrong use back: the doses return', async () => {
    const { openVials } = await stage().ask<Vials>('auditor', '{ openVials(status: [OPEN]) { nodes { id status } } }');
    const page = await stage().visit('pharmacist', { path: `/open-vials/${openVials.nodes[0]?.id ?? ''}` });
    const vial = page.getByRole('dialog');
    await choose(page, vial, 'Patient', 'Alma');
    await choose(page, vial, 'Provider', 'Priya Provider');
    await vial.getByRole('textbox', { name: 'Draw' }).fill('1');
    await vial.getByRole('button', { name: 'Draw', exact: true }).click();
    await vial.getByRole('button', { name: /^Take back 1 .* Alma/ }).click();
    const asking = page.getByRole('dialog', { name: 'Take a use back' });
    await asking.getByRole('textbox', { name: 'Reason' }).fill('It was for somebody else.');
    await asking.getByRole('button', { name: 'Take it back' }).click();
    await vial.getByText('Taken back').waitFor();
    await vial.getByText('Correction').waitFor();
  });
}
