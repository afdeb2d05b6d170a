/**
 * Two things about what the build wrote. The scripts that every visit needs before it shows anything may be so large and
 * no larger, compressed, or the build fails: pages are split so that this holds. And every text is compressed here, once,
 * so that the server only sends it.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);
const texts = new Set(['.js', '.css', '.html', '.svg']);
const tooSmall = 1_024;

export function firstLoad({ mostBytes }: { readonly mostBytes: number }): Plugin {
  return {
    name: 'lotkeeper:first-load',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) return;
      const names = new Set<string>();
      const need = (name: string): void => {
        const chunk = bundle[name];
        if (chunk?.type !== 'chunk' || names.has(name)) return;
        names.add(name);
        chunk.imports.forEach(need);
      };
      for (const part of Object.values(bundle)) if (part.type === 'chunk' && part.isEntry) need(part.fileName);
      const sizes = await Promise.all(
        [...names].map(async (name) => (await gzipped(await readFile(join(dir, name)), { level: 9 })).length),
      );
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      const kb = (count: number) => `${(count / 1_024).toFixed(1)} KB`;
      this.info(`first load: ${kb(bytes)} of script (gzip), of at most ${kb(mostBytes)}`);
      if (bytes > mostBytes) {
        this.error(
          `The first load is ${kb(bytes)} of script (gzip), more than ${kb(mostBytes)}: ${[...names].join(', ')}`,
        );
      }
      await compress(dir);
    },
  };
}

async function compress(dir: string): Promise<void> {
  const files = await readdir(dir, { recursive: true });
  await Promise.all(
    files
      .filter((file) => texts.has(extname(file)))
      .map(async (file) => {
        const path = join(dir, file);
        const text = await readFile(path);
        if (text.length < tooSmall) return;
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
        await Promise.all([
          gzipped(text, { level: 9 }).then((small) => writeFile(`${path}.gz`, small)),
          brotlied(text, quality).then((small) => writeFile(`${path}.br`, small)),
        ]);
      }),
  );
}
