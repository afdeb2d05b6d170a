import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, codeOf, post, startSmallServer, type SmallServer } from '../../test/server/small-server.ts';
import { Gate } from '../db/gate.ts';
import { limits } from './limits.ts';

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
});
afterAll(async () => {
  await server.stop();
});

const times = (count: number, each: string) => Array.from({ length: count }, () => each).join(' ');
const badInput = (status: number) => ({ status, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });

describe('every answer is JSON with a code and its request’s id', () => {
  test('an id is made, or taken from the caller when it is a plain token', async () => {
    const made = await ask(server, { query: '{ ping }' });
    expect(made).toMatchObject({ status: 200, data: { ping: 'pong' } });
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const taken = await ask(server, { query: '{ ping }', headers: { 'x-request-id': 'caller-17.a' } });
    expect(taken.headers.get('x-request-id')).toBe('caller-17.a');
    const forged = await ask(server, { query: '{ ping }', headers: { 'x-request-id': '{"level":"error"}' } });
    expect(forged.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['no JSON', '{"query":', {}, 400],
    ['an empty body', '', {}, 400],
    ['another type of body', 'query', { 'content-type': 'text/plain' }, 415],
    [
      'a form, as a foreign page could send it',
      'query=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
    ],
    ['a batch', '[{"query":"{ ping }"},{"query":"{ ping }"}]', {}, 400],
    ['a number', '7', {}, 400],
    ['null', 'null', {}, 400],
    ['no query', '{}', {}, 400],
    ['a query that is no text', '{"query":{"a":1}}', {}, 400],
    ['variables that are no object', '{"query":"{ ping }","variables":"x"}', {}, 400],
    ['a syntax error', '{"query":"{ ping "}', {}, 400],
    ['an unknown field', '{"query":"{ pinG }"}', {}, 400],
    ['an operation that is not there', '{"query":"query A { ping }","operationName":"B"}', {}, 400],
    ['keys that objects inherit', '{"query":"{ ping }","__proto__":{"a":1}}', {}, 400],
    ['a body that is too large', JSON.stringify({ query: `{ ping } #${'x'.repeat(limits.bodyBytes)}` }), {}, 413],
  ])('%s', async (_what, body, headers, status) => {
    expect(await post(server.url, body, headers)).toMatchObject(badInput(status));
  });

  test('an unknown address and an unknown method', async () => {
    for (const [path, method] of [
      ['/nothing', 'GET'],
      ['/graphql', 'PUT'],
      ['/explorer/../package.json', 'GET'],
      ['/explorer/%2e%2e/index.js', 'GET'],
    ]) {
      const response = await fetch(`${server.url}${path ?? ''}`, { method: method ?? '' });
      expect([response.status, await response.json()]).toMatchObject([
        404,
        { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
      ]);
    }
  });

  test('GraphQL by GET is not answered, so that no address holds a query', async () => {
    const response = await fetch(`${server.url}/graphql?query=%7Bping%7D`, { headers: { accept: 'application/json' } });
    expect([response.status, await response.json()]).toMatchObject([
      405,
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
  });

  test('unknown names are not guessed at', async () => {
    const { errors } = await ask(server, { query: '{ secretThin }' });
    expect(JSON.stringify(errors)).not.toContain('secretThing');
  });
});

describe('what goes wrong inside stays inside', () => {
  test('a fault is INTERNAL with the request’s id, the same compiled or not, and the log has no row data', async () => {
    for (let round = 0; round < 3; round += 1) {
      const id = `masked-${randomUUID()}`;
      const answer = await ask(server, { query: '{ crash ping }', headers: { 'x-request-id': id } });
      expect(answer).toMatchObject({ status: 200, data: { crash: null, ping: 'pong' } });
      expect(answer.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL', context: { requestId: id } });
      expect(JSON.stringify(answer)).not.toMatch(/Canary|people\.ts|duplicate/);
      expect(server.logs()).toContain(id);
    }
    expect(server.logs()).toContain('23505');
    expect(server.logs()).not.toContain('Canary');
  });

  test('refusals keep their figures, the same compiled or not', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { errors } = await ask(server, { query: '{ a: refuse }' });
      expect(errors?.[0]).toMatchObject({
        message: 'Only 3 are left.',
        path: ['a'],
        extensions: { code: 'INSUFFICIENT_INVENTORY', context: { available: '3', requested: '5' } },
      });
    }
  });

  test('an error that an author dressed as GraphQL’s shows nothing', async () => {
    expect(JSON.stringify(await ask(server, { query: '{ crashGraphql }' }))).not.toContain('SELECT');
  });

  test('variables and passwords are in no log', async () => {
    const query = 'mutation($i: LoginInput) { login(input: $i) }';
    await ask(server, { query, variables: { i: { email: 'a@b.example', password: 'planted-word' } } });
    await ask(server, { query, variables: { i: { email: 5, password: 'planted-word' } } });
    expect(server.logs()).toContain('"path":"/graphql"');
    expect(server.logs()).not.toContain('planted-word');
  });
});

describe('limits hold before anything runs', () => {
  test.each([
    ['tokens', `{ ${times(limits.tokens, 'ping')} }`, 'BAD_USER_INPUT'],
    ['depth', `{ boxes { nodes { ${times(20, 'inner {')} name ${times(20, '}')} } } }`, 'QUERY_TOO_COMPLEX'],
    ['half a million brackets', `{ echo(text: ${'['.repeat(400_000)}`, 'BAD_USER_INPUT'],
    ['half a million braces', '{ a '.repeat(200_000), 'BAD_USER_INPUT'],
    [
      'fragments that contain each other',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      'QUERY_TOO_COMPLEX',
    ],
    ['a page that is too large', '{ boxes(first: 100000) { nodes { name } } }', 'QUERY_TOO_COMPLEX'],
    [
      'pages within pages',
      '{ boxes(first: 200) { nodes { paged(first: 200) { nodes { name } } } } }',
      'QUERY_TOO_COMPLEX',
    ],
    ['NUL', '{ echo(text: "\\u0000") }', 'BAD_USER_INPUT'],
    ['an alias of the reserved kind', '{ __proto__: ping }', 'BAD_USER_INPUT'],
  ])('%s', async (_what, query, code) => {
    const began = performance.now();
    const answer = await ask(server, { query });
    expect(performance.now() - began).toBeLessThan(500);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code } }] });
    expect(answer.data).toBeUndefined();
  });

  test('the price follows the variables of each request, also of a document that is known', async () => {
    const query = 'query($n: Int) { boxes(first: $n) { nodes { name } } }';
    for (const [n, code] of [
      [1, undefined],
      [50_000, 'QUERY_TOO_COMPLEX'],
      [2, undefined],
      [50_000, 'QUERY_TOO_COMPLEX'],
    ] as const) {
      expect(codeOf(await ask(server, { query, variables: { n } }))).toBe(code);
    }
  });

  test('variables that cannot be stored are refused, however deep', async () => {
    const query = 'query($t: String) { echo(text: $t) }';
    for (const t of ['a\0', '\ud800', [['\0']]]) {
      expect(await ask(server, { query, variables: { t } })).toMatchObject(badInput(400));
    }
    const deep = `{"query":"{ ping }","variables":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`;
    expect(await post(server.url, deep)).toMatchObject(badInput(400));
  });
});

test('pages of other origins are answered only where the settings name them', async () => {
  const preflight = async ({ url }: SmallServer, origin: string) => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    return (await fetch(`${url}/graphql`, { method: 'OPTIONS', headers })).headers.get('access-control-allow-origin');
  };
  expect(await preflight(server, 'https://app.example.org')).toBeNull();
  const open = await startSmallServer({ config: { corsOrigins: ['https://app.example.org'] } });
  expect(await preflight(open, 'https://app.example.org')).toBe('https://app.example.org');
  expect(await preflight(open, 'https://evil.example.org')).not.toBe('https://evil.example.org');
  await open.stop();
});

test('in production the schema is not told', async () => {
  const production = await startSmallServer({ config: { production: true } });
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }']) {
    expect(await ask(production, { query })).toMatchObject(badInput(400));
    expect((await ask(server, { query })).data).toBeTruthy();
  }
  expect(await ask(production, { query: '{ __typename }' })).toMatchObject({ data: { __typename: 'Query' } });
  await production.stop();
});

describe('the explorer', () => {
  const page = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html,*/*' } });
    return {
      status: response.status,
      policy: response.headers.get('content-security-policy'),
      text: await response.text(),
    };
  };

  test('loads only what this server serves, and its policy allows no more', async () => {
    const { status, policy, text } = await page('/graphql');
    expect(status).toBe(200);
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    const files = [...text.matchAll(/(?:src|href)="([^"/][^"]*)"/g)].map((match) => match[1] ?? '');
    expect(files).toEqual(expect.arrayContaining(['main.js', 'styles.css', 'start.js']));
    for (const file of files) expect((await page(`/explorer/${file}`)).status, file).toBe(200);
  });

  test('talks to this server and says how to sign in', async () => {
    const { text } = await page('/explorer/start.js');
    expect(text).toContain('/graphql');
    expect(text).toContain('Authorization: Bearer');
    expect(text).not.toMatch(/https?:\/\//);
  });
});

test('who comes too often waits, and is told how long', async () => {
  const strict = await startSmallServer({ config: { rateLimitPerMinute: 5 } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(strict, { query: '{ ping }' })));
  const refused = answers.filter((answer) => codeOf(answer) === 'RATE_LIMITED');
  expect(refused).toHaveLength(3);
  expect(refused[0]).toMatchObject({ status: 429 });
  expect(refused[0]?.errors?.[0]?.extensions.context['retryAfterSeconds']).toBeGreaterThan(0);
  expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
  await strict.stop();
});

test('sign-in is limited by address and e-mail, each alias counts, and others are not locked out', async () => {
  const login = (email: string, alias = 'a') => `${alias}: login(input: { email: "${email}", password: "x" })`;
  const twelve = Array.from({ length: 12 }, (_, index) => login('Target@example.org', `a${index}`)).join(' ');
  const { errors } = await ask(server, { query: `mutation { ${twelve} }` });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  expect(codeOf(await ask(server, { query: `mutation { ${login(' target@EXAMPLE.org ')} }` }))).toBe('RATE_LIMITED');
  expect(codeOf(await ask(server, { query: `mutation { ${login('other@example.org')} }` }))).toBeUndefined();
});

describe('health', () => {
  const get = async ({ url }: SmallServer, path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, body: await response.json() };
  };

  test('ready while the database answers and every migration has run', async () => {
    expect(await get(server, '/readyz')).toEqual({ status: 200, body: { status: 'ready' } });
    expect(await get(server, '/livez')).toEqual({ status: 200, body: { status: 'live' } });
  });

  test('what people should hear of is told, and makes nobody less ready', async () => {
    const late = await startSmallServer({ server: { notices: [async () => ['The workers are late.']] } });
    expect(await get(late, '/readyz')).toEqual({
      status: 200,
      body: { status: 'ready', notices: ['The workers are late.'] },
    });
    await late.stop();
  });

  test('not ready, with reasons, when something is missing; alive all the same', async () => {
    const broken = await startSmallServer({ server: { readiness: [async () => ['The queue lags.']] } });
    expect(await get(broken, '/readyz')).toEqual({
      status: 503,
      body: { status: 'not ready', reasons: ['The queue lags.'] },
    });
    broken.cutDatabase();
    expect(await get(broken, '/readyz')).toMatchObject({
      status: 503,
      body: { reasons: ['The database does not answer.', 'The queue lags.'] },
    });
    expect(await get(broken, '/livez')).toMatchObject({ status: 200 });
    expect(codeOf(await ask(broken, { query: '{ ping }' }))).toBeUndefined();
    await broken.stop();
  });
});

test('closing finishes what is under way and takes nothing new', async () => {
  let finish: () => void = () => undefined;
  const gate = new Gate(1, 20_000);
  void gate.run('slow', () => new Promise<void>((resolve) => (finish = resolve)));
  const closing = await startSmallServer({ server: { gate } });
  const underWay = ask(closing, { query: '{ slow }' });
  await expect.poll(() => ask(closing, { query: '{ ping }' }).then(({ status }) => status)).toBe(200);
  const closed = closing.close();
  await expect
    .poll(() =>
      fetch(`${closing.url}/livez`).then(
        ({ status }) => status,
        () => 'gone',
      ),
    )
    .not.toBe(200);
  finish();
  const finished = performance.now();
  expect((await underWay).data).toEqual({ slow: 'done' });
  await closed;
  expect(performance.now() - finished).toBeLessThan(5_000);
  await closing.stop();
});
