/**
 * What is painted before any script has come: the frame of the dashboard and the heading of the page (first-paint.html,
 * with styles of its own). The dashboard takes it away as it is drawn (src/app/first-paint-over.tsx). The sheet stands
 * between the two: what is painted first need not wait for it, scripts do. The headings are written beside it for the
 * server, which puts in the one of the page that it sends (src/server/page-scripts.ts).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { heads } from './src/app/page-heads.ts';

export function firstPaint(): Plugin {
  return {
    name: 'lotkeeper:first-paint',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(page) {
        const first = readFileSync(join(import.meta.dirname, 'first-paint.html'), 'utf8').replaceAll(/\n\s*/g, '\n');
        const sheets = /\s*<link rel="stylesheet"[^>]*>/g;
        const found = page.match(sheets) ?? [];
        return (
          page
            .replace(sheets, '')
            // The line is for the small script that the first paint waits for.
            .replaceAll(/<(?:link rel="modulepreload"|script type="module")/g, '$& fetchpriority="low"')
            .replace('<div id="root">', `${first}${found.join('')}$&`)
        );
      },
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'heads.json', source: JSON.stringify(heads) });
    },
  };
}
