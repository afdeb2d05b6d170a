import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../../test/server/fuzz.ts';
import { ask, startSmallServer, type SmallServer } from '../../test/server/small-server.ts';

/** FUZZ_ROUNDS=10000 for the long run. */
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 500);

const documents = [
  '{ ping yes boxes(first: 3) { nodes { name size later inner { name } } } }',
  'query Q($t: String, $n: Int, $f: Float) { echo(text: $t, count: $n, ratio: $f) }',
  'query Q($l: LineInput!, $s: Boolean = true) { take(line: $l) @include(if: $s) ping }',
  'query Q($q: Decimal!, $t: String) { take(line: { quantity: $q, note: $t, tags: ["a", "b"], more: { a: [1, { b: null }] } }) }',
  'query Q($c: Colour) { paint(colour: $c) things { ... on Box { size } ...N } } fragment N on Named { name __typename }',
  'mutation M($a: String!) { step(name: $a) b: step(name: "b") }',
  'query A { ping } query B($n: Int = 2) { boxes(first: $n) { nodes { paged(first: 2) { nodes { name } } } } }',
  '{ __schema { queryType { name fields { name } } } __type(name: "Box") { name } }',
];

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer({ config: { rateLimitPerMinute: 1_000_000 } });
});
afterAll(async () => {
  await server.stop();
});

test(
  `${rounds} broken requests: JSON with a code, nothing told of the inside, and the server lives on`,
  { timeout: 600_000 },
  async () => {
    const { answered, refused, worstMs, findings } = await fuzz({
      url: server.url,
      seed: 20_260_401,
      rounds,
      documents,
    });
    expect(findings.slice(0, 5)).toEqual([]);
    expect(answered).toBeGreaterThan(rounds * 0.02);
    expect(refused).toBeGreaterThan(rounds * 0.3);
    expect(worstMs).toBeLessThan(500);
    expect(await ask(server, { query: '{ ping }' })).toMatchObject({ status: 200, data: { ping: 'pong' } });
  },
);
