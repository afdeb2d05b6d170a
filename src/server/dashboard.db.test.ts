import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSmallServer, type SmallServer } from '../../test/server/small-server.ts';
import { dashboardFolder } from './dashboard.ts';

describe('the dashboard', () => {
  let server: SmallServer;
  beforeAll(async () => {
    server = await startSmallServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  const get = (path: string, accept = 'text/html') =>
    fetch(`${server.url}${path}`, { headers: { accept, 'accept-encoding': 'gzip' }, redirect: 'manual' });

  test.each(['/', '/stock', '/stock/01a02254-0000-7000-8000-000000000000', '/nothing?x=1'])(
    'its page answers at %s, asked for each time',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(await answer.text()).toContain('<div id="root">');
    },
  );

  test('a page is sent with its heading, and nothing that is painted first waits for a sheet', async () => {
    const stock = await (await get('/stock?x=1')).text();
    expect(stock).toContain('<h1>Stock</h1><p>Every batch');
    expect(stock.indexOf('rel="stylesheet"')).toBeGreaterThan(stock.indexOf('<h1>'));
    expect(await (await get('/stock/intake')).text()).not.toContain('<h1>');
    expect(await (await get('/toString')).text()).not.toContain('<h1>');
  });

  test('a page names at its head the scripts that it needs, and they are there', async () => {
    const hrefs = async (path: string) => [
      ...(await (await get(path)).text()).matchAll(/<link rel="(?:modulepreload|preload)"[^>]* href="([^"]+)"/g),
    ];
    const every = await hrefs('/nothing');
    const ofStock = (await hrefs('/stock/intake?x=1')).map(([, href = '']) => href);
    expect(ofStock.filter((href) => /\/stock-page-.*\.js$/.test(href))).toHaveLength(1);
    expect(ofStock.length).toBeGreaterThan(every.length);
    expect(new Set(ofStock).size).toBe(ofStock.length);
    for (const href of ofStock) expect((await get(href, '*/*')).status).toBe(200);
  });

  test('its assets are kept for ever and sent compressed', async () => {
    const assets = await readdir(join(dashboardFolder ?? '', 'assets'));
    const script = assets.find((name) => /^index-.*\.js$/.test(name)) ?? '';
    const answer = await get(`/assets/${script}`, '*/*');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect((await get('/assets/../../package.json')).headers.get('content-type')).not.toMatch(/json$/);
  });

  test.each([
    '/assets/gone.js',
    '/explorer/gone',
    '/queues/gone',
    '/graphql/gone',
    '/livez/x',
    '/metrics/x',
    '/gone.png',
  ])('it does not stand in for what is others’: %s', async (path) => {
    const answer = await get(path);
    expect(await answer.text()).not.toContain('<div id="root">');
    expect([302, 401, 404]).toContain(answer.status);
  });

  test('programs that ask for something that is not there are told so in JSON', async () => {
    const answer = await get('/stock', 'application/json');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});
