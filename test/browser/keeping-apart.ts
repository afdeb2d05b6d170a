import { expect, test } from 'vitest';
import type { Stage } from './stage.ts';

const kept = `{ duplicateCandidates(status: DISMISSED, first: 200) { nodes { id note } } }`;

export function keepingApart(stage: () => Stage): void {
  test('two records that are two people are kept apart with the reason, and the pair waits no more', async () => {
    const page = await stage().visit('manager', { path: '/duplicates' });
    await page.getByRole('table', { name: 'Duplicates' }).getByRole('row').nth(1).getByRole('link').click();
    const panel = page.getByRole('dialog', { name: /^One person\?/ });
    await panel.getByRole('button', { name: 'They are two people' }).click();
    const asking = page.getByRole('dialog', { name: 'They are two people' });
    await asking.getByRole('textbox', { name: 'Reason' }).fill('Father and son.');
    await asking.getByRole('button', { name: 'Keep them apart' }).click();
    await panel.getByText('Father and son.').waitFor();
    expect(await panel.getByRole('button', { name: 'Make one record' }).count()).toBe(0);
    const id = new URL(page.url()).pathname.split('/').at(-1);
    const { duplicateCandidates } = await stage().ask<{
      duplicateCandidates: { nodes: { id: string; note: string }[] };
    }>('manager', kept);
    expect(duplicateCandidates.nodes.find((each) => each.id === id)?.note).toBe('Father and son.');
  });
}
