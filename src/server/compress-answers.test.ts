import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { compressAnswers, takesGzip } from './compress-answers.ts';

test.each([
  [undefined, false],
  ['', false],
  ['br', false],
  ['gzip;q=0', false],
  ['gzip; q=0.000', false],
  ['gzip;q=0, br', false],
  ['gzip', true],
  ['br, GZIP', true],
  ['gzip;q=0.5', true],
  ['deflate, *', true],
])('%s: %s', (accepted, expected) => {
  expect(takesGzip(accepted)).toBe(expected);
});

test('long answers are compressed for whoever takes that, and read the same', async () => {
  const app = Fastify();
  compressAnswers(app);
  const rows = JSON.stringify({ data: Array.from({ length: 500 }, (_, index) => ({ id: index, name: 'Ωmega' })) });
  app.post('/long', async (_request, reply) => reply.type('application/json').send(rows));
  app.post('/short', async () => 'ok');
  const url = await app.listen({ port: 0 });
  try {
    const ask = (path: string, accepted: string) =>
      fetch(`${url}${path}`, { method: 'POST', headers: { 'accept-encoding': accepted } });
    const compressed = await ask('/long', 'gzip');
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(Number(compressed.headers.get('content-length'))).toBeLessThan(rows.length / 4);
    expect(await compressed.text()).toBe(rows);
    const plain = await ask('/long', 'identity');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(rows);
    expect((await ask('/short', 'gzip')).headers.get('content-encoding')).toBeNull();
  } finally {
    await app.close();
  }
});
