import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decoded, readMapping } from './mapping.ts';
import { mdw } from './mdw/mdw-source.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lotkeeper-mapping-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function mappingFile(text: string): Promise<string> {
  const file = join(folder, 'mapping.yaml');
  await writeFile(file, text);
  return file;
}

describe('the mapping of mdw', () => {
  it('names every column that is read', () => {
    const { tables } = readMapping(mdw, null);
    for (const { name, required, optional } of mdw.tables) {
      expect(Object.keys(tables[name]?.columns ?? {}).sort()).toEqual([...required, ...Object.keys(optional)].sort());
    }
  });

  it('takes a file over it, line by line', async () => {
    const file = await mappingFile(
      'tables:\n  dispatch_patient:\n    table: clinic.patients\n    columns: {user_id: owner, sex: [gender, sex]}\ncodes:\n  sex: {X: other, "1": male}\n',
    );
    const mapping = readMapping(mdw, file);
    expect(mapping.tables['dispatch_patient']).toMatchObject({
      table: 'clinic.patients',
      columns: { user_id: ['owner'], sex: ['gender', 'sex'], birthdate: ['birthdate'] },
    });
    expect(mapping.codes['sex']).toMatchObject({ x: 'other', 1: 'male', f: 'female' });
  });

  it.each([
    ['tables: {patients: {}}', 'tables has no patients; there are auth_user'],
    ['tables: {auth_user: {columns: {name: x}}}', 'tables.auth_user.columns has no name; there are id, username'],
    ['tables: {auth_user: {columns: {id: [[]]}}}', 'tables.auth_user.columns.id should be a word'],
    ['colour: red', 'the file has no colour; there are tables, codes'],
    ['codes: {kind: {print: PRINT}}', 'codes.kind leads to PRINT; it may lead to STL, SCAN, MODEL, OTHER'],
    ['- a', 'the file should be names with values below'],
    ['a: [', 'is not YAML'],
    ['a: 1\na: 2', 'is not YAML'],
  ])('refuses %s by name', async (text, words) => {
    const file = await mappingFile(text);
    expect(() => readMapping(mdw, file)).toThrow(words);
  });

  it('makes SQL of codes that nothing can break out of', () => {
    const mapping = { tables: {}, codes: { sex: { "o'hara": "x'y" } } };
    expect(decoded(mapping, 'sex', 's', 'NULL')).toBe(`CASE lower(s) WHEN 'o''hara' THEN 'x''y' ELSE NULL END`);
    expect(decoded(mapping, 'none', 's', 'NULL')).toBe('NULL');
  });
});
