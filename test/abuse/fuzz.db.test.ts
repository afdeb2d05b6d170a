/** Broken requests of every root field against the real schema. FUZZ_ROUNDS=10000 for the long run. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../server/fuzz.ts';
import { openApi, type TestApi } from './api.ts';
import { expectationOf } from './expectations.ts';
import { callOf, literalDocumentOf, rootFields, selectionOf, type RootField } from './walk.ts';

const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 500);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_402);

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api.close();
});

test(
  `${rounds} broken requests: JSON with a code, no fault inside, nothing told of it`,
  { timeout: 1_200_000 },
  async () => {
    const roots = rootFields(api.schema);
    const good = roots.map((root) => literalDocumentOf(root, expectationOf(root.name).args(api.here)));
    const documents = [...roots.map(openDocument), ...good];
    const held = await api.person([
      'ADMIN',
      'MANAGER',
      'PHARMACIST',
      'PROVIDER',
      'TECHNICIAN',
      'ANALYST',
      'AUDITOR',
      'SERVICE',
    ]);
    const headers = { authorization: `Bearer ${held.token}` };
    const { answered, refused, worstMs, findings } = await fuzz({ url: api.url, seed, rounds, documents, headers });
    process.stdout.write(
      `fuzz: seed ${seed}, ${rounds} rounds over ${documents.length} documents: ${answered} answered, ${refused} refused, worst ${worstMs.toFixed(0)} ms\n`,
    );
    expect(findings.slice(0, 5)).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(rounds * 0.3);
    expect((await api.ask(held.token, '{ me { id } }')).data).toEqual({ me: { id: held.id } });
  },
);

/** Every argument, needed or not, as a variable of its own. */
function openDocument(root: RootField): string {
  const all = Object.fromEntries(root.field.args.map(({ name }) => [name, null]));
  return callOf(root, all, selectionOf(root.field.type, 1));
}
