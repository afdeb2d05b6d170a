/**
 * The dashboard: what the build wrote, and its page at every address that a person may open and nobody else answers.
 * Names of assets carry a hash of what is in them, so browsers keep them for ever; the page itself is asked for each time.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { wantsPage } from './explorer.ts';
import { pageHeadings, pageHeads } from './page-scripts.ts';

/** Where one is missing, it is the build of another version, and none for this one. */
const parts = ['index.html', 'assets', 'pages.json', 'heads.json'];

/** From src/server when run as it is written, from dist/src/server when built. */
export const dashboardFolder = ['../../dist/web', '../../web']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((folder) => parts.every((part) => existsSync(join(folder, part))));

const built =
  dashboardFolder === undefined
    ? null
    : { folder: dashboardFolder, headOf: pageHeads(dashboardFolder), headingOf: pageHeadings(dashboardFolder) };

const othersAddresses = /^\/(?:graphql|queues|explorer|metrics|livez|readyz|assets)(?:\/|$)/;

export async function registerDashboard(app: FastifyInstance): Promise<void> {
  if (dashboardFolder === undefined) return;
  await app.register(fastifyStatic, {
    root: dashboardFolder,
    decorateReply: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      const isHashed = path.includes(`${sep}assets${sep}`);
      reply.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** The page for an address within the dashboard; null where it is none, or the dashboard is not built. */
export async function dashboardPage(request: FastifyRequest): Promise<string | null> {
  const [path = ''] = request.url.split('?', 1);
  const isFile = path.slice(path.lastIndexOf('/')).includes('.');
  if (built === null || request.method !== 'GET' || !wantsPage(request)) return null;
  if (isFile || othersAddresses.test(path)) return null;
  const page = await readFile(join(built.folder, 'index.html'), 'utf8');
  const [, name = '', ...within] = path.split('/');
  // What stands within a page may have a heading of its own.
  const heading = within.length === 0 ? built.headingOf(name) : '';
  return page.replace('</head>', `${built.headOf(name)}</head>`).replace('<!--head-->', heading);
}
