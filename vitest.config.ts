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

export default defineConfig({
  // One copy of graphql: its module and its CommonJS builds in one process are "another realm" to each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }] },
  test: {
    include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
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
