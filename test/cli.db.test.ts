/** What a person meets at the terminal: one clear sentence and an exit code, and nothing left running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.ts';

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-cli-'));
  await chmod(folder, 0o755);
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function lotkeeper(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
    env: {
      ...process.env,
      NODE_ENV: 'development',
      LOTKEEPER_DATA: path.join(folder, 'data'),
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      JWT_SECRET: 'x'.repeat(32),
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

describe('lotkeeper start', () => {
  it('names a variable that is wrong, and what it should be', async () => {
    const { code, out, err } = await lotkeeper(['start'], { PORT: 'eighty' });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: 'Lotkeeper: PORT should be a whole number from 0 to 65535.\n',
    });
  });

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await lotkeeper(['start'], { PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(String(port));
  });

  it('says that its data folder cannot be used', async () => {
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');
    const { code, err } = await lotkeeper(['start'], {
      LOTKEEPER_DATA: path.join(file, 'data'),
      DATABASE_URL: '',
      DATABASE_OWNER_URL: '',
    });
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('lotkeeper', () => {
  it('answers what it does not understand with exit code 2', async () => {
    expect((await lotkeeper(['db', 'migrat'])).code).toBe(2);
    expect((await lotkeeper(['catalog', 'import', 'x.csv', '--kind', 'xls'])).code).toBe(2);
    expect((await lotkeeper(['--help'])).code).toBe(0);
  });

  it('imports a catalogue, says what changed, and doubles nothing', async () => {
    const file = path.join(folder, 'products.csv');
    const header = 'Name,Brand,Vendor,Category,Stock unit,Unit price';
    await writeFile(file, `${header}\nBotox 100 U,Allergan,AbbVie,Toxin,vial,600.50\n`);
    const run = async () => (await lotkeeper(['catalog', 'import', file, '--json'])).out;
    expect(JSON.parse(await run())).toMatchObject({ added: 1, updated: 0, refusedCount: 0 });
    expect(JSON.parse(await run())).toMatchObject({ added: 0, updated: 0, unchanged: 1 });
    await writeFile(file, `${header}\nBotox 100 U,Allergan,AbbVie,Toxin,vial,610\nNameless,,,,,\n`);
    const { code, out, err } = await lotkeeper(['catalog', 'import', file]);
    expect({ code, out }).toEqual({
      code: 1,
      out: '0 added, 1 updated, 0 unchanged, 1 refused.\n  unitPrice changed for 1\n',
    });
    expect(err).toContain('row 3');
  });

  it('proves the books of a database, and finds nothing wrong with a sound one', async () => {
    const { code, out } = await lotkeeper(['db', 'verify']);
    expect(code).toBe(0);
    expect(out).toContain('Every unit is accounted for.');
  });
});
