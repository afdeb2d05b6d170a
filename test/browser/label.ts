import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { scan } from './scan.ts';
import type { Stage } from './stage.ts';

async function read(image: Buffer): Promise<string> {
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const overrides = { wasmBinary: Uint8Array.from(wasm).buffer, locateFile: (name: string) => name };
  await prepareZXingModule({ overrides, fireImmediately: true });
  const [found] = await readBarcodes(new Uint8Array(image), { formats: ['DataMatrix'], textMode: 'Plain' });
  if (found === undefined) throw new Error('No code was found on the label');
  return `${found.symbologyIdentifier}${found.text}`;
}

const known = `query { products(first: 200) { nodes { id gtin } } }`;
const batches = `query ($productId: ID) { stocks(filter: { productId: $productId, availableOnly: true }, first: 1) {
  nodes { id lot { manufacturerLotNumber expiresOn } } } }`;

interface Batch {
  readonly id: string;
  readonly lot: { readonly manufacturerLotNumber: string; readonly expiresOn: string };
}

export function labels(stage: () => Stage): void {
  test('a label is read by another reader as product, last day and lot, and its scan opens the batch', async () => {
    const { products } = await stage().ask<{ products: { nodes: { id: string; gtin: string | null }[] } }>(
      'manager',
      known,
    );
    const product = products.nodes.find(({ gtin }) => gtin !== null);
    const { stocks } = await stage().ask<{ stocks: { nodes: Batch[] } }>('manager', batches, {
      productId: product?.id,
    });
    const [batch] = stocks.nodes;
    if (batch === undefined) throw new Error('The demo has no batch of a product with a GTIN');
    const page = await stage().visit('technician', { path: `/stock/${batch.id}` });
    await page.getByRole('button', { name: 'Print label' }).click();
    const label = page.getByRole('dialog', { name: 'Print label' }).locator('[data-label]');
    const code = await read(await label.screenshot());
    const { manufacturerLotNumber, expiresOn } = batch.lot;
    expect(code).toBe(
      `]d201${product?.gtin ?? ''}17${expiresOn.slice(2).replaceAll('-', '')}10${manufacturerLotNumber}`,
    );

    await page.goto(`${stage().url}/stock`);
    await page.locator('main').getByRole('heading', { name: 'Stock', level: 1 }).waitFor();
    await scan(page, code);
    await page.waitForURL(`**/stock/${batch.id}`);
  });
}
