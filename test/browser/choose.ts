import type { Locator, Page } from 'playwright-core';

/** One of a list, found by typing where it is searched. */
export async function choose(page: Page, scope: Locator, label: string | RegExp, typed: string): Promise<void> {
  const field = scope.getByRole('combobox', { name: label });
  await field.click();
  if (await field.isEditable()) await field.fill(typed);
  // Not one of the browser's own lists, such as that of the locations in the header.
  await page.getByRole('listbox').getByRole('option', { name: typed }).first().click();
}
