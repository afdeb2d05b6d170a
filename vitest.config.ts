import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const require = createRequire(import.meta.url);

/** Decisions that read nothing and write nothing: tables and arithmetic, tested to the last branch. */
const pure = [
  ...['stock/fefo', 'stock/bucket-moves', 'stock/stock-status', 'stock/lot-status', 'stock/metadata', 'stock/money'],
  ...['dispensing/draw', 'dispensing/age-group', 'analytics/risk-model', 'analytics/days', 'vials/session-money'],
  ...[
    'counts/judge-line',
    'counts/count-status',
    'counts/count-posting',
    'transfers/receipt',
    'transfers/transfer-status',
  ],
  ...['recalls/recall-status', 'recalls/recall-match-status', 'alerts/alert-decision', 'alerts/alert-status'],
  ...[
    'cold-chain/out-periods',
    'cold-chain/spent-budget',
    'cold-chain/match-excursions',
    'deliveries/retry',
    'people/lockout',
  ],
  ...['catalogue/gs1', 'catalogue/ndc', 'decimal'],
].map((file) => `src/domain/${file}.ts`);

/** They leave their process as they found it: one process loads the modules once for all of them, in a third of the time. */
const together = [
  ...['domain', 'entities', 'legacy', 'resolvers', 'db', 'jobs'],
  ...['seed', 'observe', 'notify', 'storage', 'embeddings'],
].map((folder) => `src/${folder}/**/*.test.ts`);

// One copy of graphql: its module and its CommonJS builds in one process are "another realm" to each other.
const resolve = { alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }] };
const each = { environment: 'node', pool: 'forks', testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    maxWorkers: 2,
    projects: [
      { resolve, test: { ...each, name: 'together', include: together, isolate: false } },
      {
        resolve,
        test: {
          ...each,
          name: 'apart',
          include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: together,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**/*.ts', 'src/legacy/**/*.ts', 'src/resolvers/**/*.ts'],
      reporter: ['text-summary', 'json', 'json-summary'],
      thresholds: {
        ...Object.fromEntries(pure.map((file) => [file, { lines: 100, functions: 100, branches: 100 }])),
        'src/domain/**/*.ts': { lines: 90 },
        'src/legacy/**/*.ts': { lines: 90 },
        'src/resolvers/**/*.ts': { lines: 70 },
      },
    },
  },
});
