import { expect, test } from 'vitest';
import type { Stage } from './stage.ts';

export function reviewing(stage: () => Stage): void {
  test('a pharmacist sees why a score is what it is, and decides once; an analyst may only look', async () => {
    const page = await stage().visit('pharmacist', { path: '/reviews' });
    const row = page.getByRole('table', { name: 'Review queue' }).getByRole('row').nth(1);
    await row.getByRole('link').click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('list', { name: 'Rules that applied' }).waitFor();
    const points = await panel.getByText(/^\+\d+$/).allInnerTexts();
    const score = Number(/(\d+) points$/.exec(await panel.getByRole('heading').first().innerText())?.[1]);
    expect(
      Math.min(
        points.reduce((sum, each) => sum + Number(each), 0),
        100,
      ),
    ).toBe(score);

    await panel.getByRole('button', { name: 'Record the review' }).click();
    await panel.getByText('Choose one.').waitFor();
    await panel.getByRole('radio', { name: 'Intervened' }).check();
    await panel.getByRole('textbox', { name: 'Notes' }).fill('Called the prescriber.');
    await panel.getByRole('button', { name: 'Record the review' }).click();
    await panel.getByRole('button', { name: 'Record the review' }).waitFor({ state: 'detached' });
    await panel.getByText('Called the prescriber.', { exact: true }).waitFor();

    const id = new URL(page.url()).pathname.split('/').at(-1);
    const { highRiskAlerts } = await stage().ask<{ highRiskAlerts: { nodes: { id: string; decision: string }[] } }>(
      'pharmacist',
      '{ highRiskAlerts(reviewed: true, first: 200) { nodes { id decision } } }',
    );
    expect(highRiskAlerts.nodes.find((each) => each.id === id)?.decision).toBe('INTERVENED');

    const analyst = await stage().visit('analyst', { path: '/reviews' });
    await analyst.getByRole('table', { name: 'Review queue' }).getByRole('row').nth(1).getByRole('link').click();
    await analyst.getByRole('dialog').getByText('It waits for a pharmacist.').waitFor();
  });
}
