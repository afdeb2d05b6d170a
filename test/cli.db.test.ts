/** What a person meets at the terminal: one clear sentence and an exit code, and nothing left running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createDataSource } from '../ormconfig.ts';
import { sealAudit } from '../src/jobs/seal-audit.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { program } from './program.ts';

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
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      ...process.env,
      NODE_ENV: 'development',
      LOTKEEPER_DATA: path.join(folder, 'data'),
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      JWT_SECRET: 'x'.repeat(32),
      PATIENT_KEY: 'y'.repeat(32),
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

/** Past every guard. Answers the row's id. */
async function editRow(seq: number): Promise<string> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    await admin.query('ALTER TABLE audit.audit_entry DISABLE TRIGGER ALL');
    const edited = `UPDATE audit.audit_entry SET reason = 'another' WHERE id = (SELECT entry_id FROM audit.audit_seal WHERE seq = $1) RETURNING id`;
    const { rows } = await admin.query<{ id: string }>(edited, [seq]);
    return rows[0]?.id ?? '';
  } finally {
    await admin.end();
  }
}

describe('lotkeeper audit', () => {
  it('says in a sentence what it lacks: something sealed, or a head that can be read', async () => {
    expect(await lotkeeper(['audit', 'head'])).toEqual({
      code: 1,
      out: '',
      err: 'Lotkeeper: Nothing has been sealed yet: let lotkeeper start or lotkeeper worker run for a minute.\n',
    });
    const file = path.join(folder, 'no-such-file');
    expect(await lotkeeper(['audit', 'verify', '--head', file])).toEqual({
      code: 1,
      out: '',
      err: `Lotkeeper: --head is neither a head, as lotkeeper audit head prints it, nor a file that can be read: ${file}\n`,
    });
  });

  it('proves a sound trail against the heads in a file', async () => {
    const db = await createDataSource(database.appUrl).initialize();
    await db.query(
      `INSERT INTO audit.audit_entry (id, entity, entity_id, action) SELECT gen_random_uuid(), 'x', 'x', 'test' FROM generate_series(1, 3)`,
    );
    await sealAudit(db);
    await db.destroy();
    const head = await lotkeeper(['audit', 'head']);
    expect(head.out).toMatch(/^audit-head block=1 rows=\d+ sealed=\d{4}-\d\d-\d\dT\S+Z sha256=[0-9a-f]{64}\n$/);
    const file = path.join(folder, 'heads.txt');
    await writeFile(file, head.out);
    const { code, out } = await lotkeeper(['audit', 'verify', '--head', file]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^\d+ rows in 1 block\.\nEvery sealed row is as it was sealed, and the exported heads hold\.\n$/,
    );
  });

  it('names what was altered, and ends with exit code 1', async () => {
    const id = await editRow(2);
    const head = `audit-head block=7 rows=70 sealed=2026-11-21T10:00:00Z sha256=${'0'.repeat(64)}`;
    const { code, out } = await lotkeeper(['audit', 'verify', '--head', head]);
    expect(code).toBe(1);
    expect(out).toContain(`\nedited  Row ${id}, number 2, is not as it was sealed.\ncut  The chain ends with block 1`);
    expect(out).toMatch(/\n2 faults found\.\n$/);
  });
});
