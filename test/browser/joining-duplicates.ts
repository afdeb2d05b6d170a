import { expect, test } from 'vitest';
import type { Stage } from './stage.ts';

/** The surest of all, so that it is listed first. */
const pairOfTwo = `
  INSERT INTO people.duplicate_candidate (id, left_id, right_id, confidence, evidence)
  SELECT gen_random_uuid(), min(id::text)::uuid, max(id::text)::uuid, 0.999, '{"lastName": "SAME", "firstName": "CLOSE"}' FROM (SELECT id FROM people.patient ORDER BY id LIMIT 2) AS two`;

const statusOf = `query ($status: DuplicateStatus) { duplicateCandidates(status: $status, first: 200) { nodes { id left { id } right { id mergedInto { id } } } } }`;

interface Pairs {
  readonly duplicateCandidates: {
    readonly nodes: readonly {
      readonly id: string;
      readonly left: { readonly id: string };
      readonly right: { readonly id: string; readonly mergedInto: { readonly id: string } | null };
    }[];
  };
}

export function joiningDuplicates(stage: () => Stage): void {
  test('a manager looks at two records side by side, makes them one, and takes them apart again', async () => {
    await stage().prepare(pairOfTwo);
    const provider = await stage().visit('provider', { path: '/duplicates' });
    await provider.getByRole('table', { name: 'Duplicates' }).getByRole('row').nth(1).getByRole('link').click();
    await provider.getByRole('dialog').getByRole('table').waitFor();
    expect(await provider.getByRole('button', { name: 'Make one record' }).count()).toBe(0);

    const page = await stage().visit('manager', { path: '/duplicates' });
    const row = page.getByRole('table', { name: 'Duplicates' }).getByRole('row').nth(1);
    await row.getByRole('link').click();
    const panel = page.getByRole('dialog', { name: /^One person\?/ });
    await panel.getByRole('table', { name: 'The two records, side by side' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1);

    await panel.getByRole('button', { name: 'Make one record' }).click();
    const merge = page.getByRole('dialog', { name: 'Make one record of two' });
    await merge.getByRole('radio').first().check();
    await merge.getByRole('button', { name: 'Merge' }).click();
    await panel.getByRole('button', { name: 'Take apart again' }).waitFor();
    const merged = await stage().ask<Pairs>('manager', statusOf, { status: 'MERGED' });
    const pair = merged.duplicateCandidates.nodes.find((each) => each.id === id);
    expect(pair?.right.mergedInto?.id).toBe(pair?.left.id);

    await panel.getByRole('button', { name: 'Take apart again' }).click();
    const apart = page.getByRole('dialog', { name: 'Take the records apart again' });
    await apart.getByRole('button', { name: 'Take apart' }).click();
    await apart.getByText('This is needed: it is kept with the record.').waitFor();
    await apart.getByRole('textbox', { name: 'Reason' }).fill('Twins');
    await apart.getByRole('button', { name: 'Take apart' }).click();
    await panel.getByText('Dismissed').waitFor();
  });
}
