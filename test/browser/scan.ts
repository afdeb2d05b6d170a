import type { Page } from 'playwright-core';

/** As a keyboard-wedge scanner types: all at once, an Enter at the end, GS1's separator as Ctrl+]. */
export async function scan(page: Page, data: string): Promise<void> {
  await page.evaluate<undefined>(`{
    const target = document.activeElement ?? document.body;
    const press = (init) => target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
    for (const key of ${JSON.stringify(data)}) press(key === '\\u001d' ? { key: ']', ctrlKey: true } : { key });
    press({ key: 'Enter' });
    undefined;
  }`);
}
