/** Writes src/schema/schema.graphql; `npm run schema`. */
import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildApiSchema } from './build-schema.ts';

const file = new URL('../schema/schema.graphql', import.meta.url);
writeFileSync(file, `${printSchema(lexicographicSortSchema(buildApiSchema()))}\n`);
