/** Thousands of broken requests from a few good ones; the same seed gives the same requests. */
import { post } from './small-server.ts';

export interface FuzzOptions {
  readonly url: string;
  readonly seed: number;
  readonly rounds: number;
  readonly documents: readonly string[];
  readonly headers?: Record<string, string>;
}

interface Finding {
  readonly body: string;
  readonly fault: string;
}

export interface FuzzReport {
  readonly answered: number;
  readonly refused: number;
  readonly worstMs: number;
  readonly findings: readonly Finding[];
}

type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const strangeValues: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    2 ** 53,
    '',
    ' ',
    '1e999',
    'NaN',
    '\0',
    '\ud800',
    '\u202e',
    '１２',
    "'; DROP TABLE x; --",
  ],
  ...[
    'x'.repeat(10_000),
    [],
    {},
    [[]],
    [null],
    { a: { b: { c: [] } } },
    '__proto__',
    '${7*7}',
    '../../etc/passwd',
    '%00',
  ],
];
const strangeTokens = [
  '{',
  '}',
  '(',
  ')',
  '...',
  '$',
  '@include(if: $x)',
  '"""',
  '"\\u0000"',
  '__typename',
  'null',
  '1e999',
  '#',
  '\uFEFF',
  'fragment F on Query { ...F }',
  '\ud800',
  '999999999999',
];

/** Answers what no answer may hold; nothing found means that the server kept its word. */
export async function fuzz({ url, seed, rounds, documents, headers = {} }: FuzzOptions): Promise<FuzzReport> {
  const random = randomFrom(seed);
  const findings: Finding[] = [];
  let [answered, refused, worstMs] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const body = brokenBody(random, pick(random, documents));
    const began = performance.now();
    const outcome = await post(url, body, headers).catch((error: unknown) => String(error));
    worstMs = Math.max(worstMs, performance.now() - began);
    if (typeof outcome === 'string') {
      findings.push({ body, fault: `no JSON: ${outcome}` });
      continue;
    }
    const fault = faultOf(outcome.status, JSON.stringify(outcome), outcome.errors);
    if (fault !== null) findings.push({ body, fault });
    if (outcome.errors === undefined) answered += 1;
    else refused += 1;
  }
  return { answered, refused, worstMs, findings };
}

const leaks =
  /\bat .+:\d+:\d+|node_modules|SELECT .+ FROM|INSERT INTO|relation "|\/(src|dist|home|work|usr)\/|pg_|QueryFailedError/;

function faultOf(
  status: number,
  text: string,
  errors: readonly { extensions?: { code?: string } }[] | undefined,
): string | null {
  if (status >= 500) return `status ${status}`;
  if (errors?.some(({ extensions }) => extensions?.code === undefined) === true) return 'an error without a code';
  if (errors?.some(({ extensions }) => extensions?.code === 'INTERNAL') === true) return 'a fault inside';
  const leak = leaks.exec(text);
  return leak === null ? null : `tells ${leak[0]}`;
}

function brokenBody(random: Random, document: string): string {
  const query = random() < 0.7 ? brokenText(random, document) : document;
  const names = [...document.matchAll(/\$(\w+)/g)].map((match) => match[1] ?? 'x');
  const variables = Object.fromEntries(names.map((name) => [name, pick(random, strangeValues)]));
  const body: Record<string, unknown> = { query, variables };
  if (random() < 0.1)
    body[pick(random, ['operationName', 'extensions', 'query', 'variables'])] = pick(random, strangeValues);
  const json = JSON.stringify(body);
  return random() < 0.1 ? brokenText(random, json) : json;
}

function brokenText(random: Random, text: string): string {
  let broken = text;
  for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
    const at = Math.floor(random() * broken.length);
    const length = Math.floor(random() * 8);
    const kind = random();
    if (kind < 0.3) broken = broken.slice(0, at) + broken.slice(at + length);
    else if (kind < 0.7) broken = `${broken.slice(0, at)} ${pick(random, strangeTokens)} ${broken.slice(at)}`;
    else if (kind < 0.9)
      broken =
        broken.slice(0, at) + broken.slice(at, at + length).repeat(1 + Math.floor(random() * 50)) + broken.slice(at);
    else broken = broken.slice(0, at);
  }
  return broken;
}

function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error('Nothing to choose from.');
  return choice;
}
