import { defineConfig } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Imports go one way (ARCHITECTURE.md): a folder may import from those named beside it, and from itself. */
const mayImport: Record<string, string[]> = {
  observe: [],
  db: ['observe'],
  entities: ['schema'],
  schema: ['entities'],
  domain: ['entities', 'schema', 'db'],
  resolvers: ['domain', 'entities', 'schema', 'db'],
  notify: ['domain', 'schema'],
  jobs: ['notify', 'domain', 'entities', 'db', 'observe'],
  embeddings: ['domain'],
  storage: [],
  legacy: ['embeddings', 'storage', 'domain', 'entities', 'db'],
  server: ['embeddings', 'resolvers', 'domain', 'entities', 'schema', 'db', 'observe'],
};
const folders = Object.keys(mayImport);

export default defineConfig(
  { ignores: ['dist', 'examples', 'coverage', 'node_modules', 'web/src/generated', 'web/public'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...folders.map((folder) => ({
              target: `./src/${folder}`,
              from: folders
                .filter((other) => other !== folder && !mayImport[folder]?.includes(other))
                .map((other) => `./src/${other}`),
              message: `src/${folder} may import only from ${mayImport[folder]?.join(', ') || 'config'}.`,
            })),
            { target: './web', from: './src', message: 'The dashboard knows nothing but schema.graphql.' },
            { target: './src', from: './web', message: 'The dashboard is served as files.' },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-extraneous-class': 'off',
      // Entities and inputs are classes for their decorators' sake only: plain rows have their shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      complexity: ['error', 20],
    },
  },
  { files: ['web/src/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  { files: ['**/*.config.ts', 'ormconfig.ts'], rules: { 'import-x/no-default-export': 'off' } },
);
