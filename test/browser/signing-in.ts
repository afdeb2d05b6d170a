import { expect, test } from 'vitest';
import { roles } from '../../src/actor.ts';
import { demoPassword } from '../../src/seed/demo-people.ts';
import { mayVisit, paths } from './pages.ts';
import type { Stage } from './stage.ts';

export function signingIn(stage: () => Stage): void {
  test.each(roles)('%s signs in and is offered the pages of that role, no others', async (role) => {
    const page = await stage().stranger();
    await page.getByLabel('E-mail').fill(`${role.toLowerCase()}@demo.example`);
    await page.getByRole('textbox', { name: 'Password' }).fill(demoPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    const offered = await page.evaluate<string[]>(
      `[...document.querySelectorAll('nav[aria-label="Pages"] a')].map((link) => link.getAttribute('href').slice(1))`,
    );
    expect(offered.toSorted()).toEqual(paths.filter((path) => mayVisit(path, role)).toSorted());
  });

  test('a wrong password is told in words, and what was typed stays', async () => {
    const page = await stage().stranger();
    await page.getByLabel('E-mail').fill('manager@demo.example');
    await page.getByRole('textbox', { name: 'Password' }).fill('not it at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Check address and password, then try again.').waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe('manager@demo.example');
  });
}
