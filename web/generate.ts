/**
 * Types for every GraphQL document of the dashboard, from schema.graphql, into src/generated. A document that the schema
 * does not allow fails here. Only types come out of it: the documents stay in the pages that use them, so that a page
 * loads its own and no others (src/api/graphql.ts).
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import { preset } from '@graphql-codegen/client-preset';
import { gqlPluckFromCodeStringSync } from '@graphql-tools/graphql-tag-pluck';
import { buildASTSchema, parse } from 'graphql';

const sources = fileURLToPath(new URL('src', import.meta.url));
const generated = join(sources, 'generated');
const schemaFile = fileURLToPath(new URL('../src/schema/schema.graphql', import.meta.url));

interface SourceDocument {
  readonly document: ReturnType<typeof parse>;
  readonly location: string;
  readonly rawSDL: string;
}

async function documents(): Promise<SourceDocument[]> {
  const files = await readdir(sources, { recursive: true });
  const code = files.filter(
    (file) => /\.tsx?$/.test(file) && !file.startsWith('generated') && !file.includes('.test.'),
  );
  const found = await Promise.all(code.toSorted().map(documentsOf));
  return found.flat();
}

async function documentsOf(file: string): Promise<SourceDocument[]> {
  const location = join(sources, file);
  const text = await readFile(location, 'utf8');
  if (!text.includes('graphql(')) return [];
  const plucked = gqlPluckFromCodeStringSync(location, text, { globalGqlIdentifierName: 'graphql', skipIndent: true });
  return plucked.map(({ body }) => ({ document: parse(body, { noLocation: true }), location, rawSDL: body }));
}

async function generate(): Promise<void> {
  const schema = parse(await readFile(schemaFile, 'utf8'));
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: `${generated}/`,
    schema,
    schemaAst: buildASTSchema(schema),
    documents: await documents(),
    plugins: [],
    pluginMap: {},
    presetConfig: { fragmentMasking: false, skipIndexFile: true },
    config: {
      strictScalars: true,
      scalars: { Decimal: 'string', LocalDate: 'string', DateTime: 'string', JSON: 'unknown', ID: 'string' },
      immutableTypes: true,
      skipTypename: true,
      useTypeImports: true,
      importExtension: '.ts',
    },
    documentTransforms: [],
  });
  await mkdir(generated, { recursive: true });
  for (const output of outputs) await writeChanged(output.filename, await codegen(output));
}

/** A file that has not changed is left alone: whoever watches it need not look again. */
async function writeChanged(file: string, text: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => null);
  if (before === text) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

await generate();
