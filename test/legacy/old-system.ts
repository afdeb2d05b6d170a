/** An old system as real ones are: a database that Django has made by its own migrations, filled with dirty data of known truth. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import { askOnce } from '../ask-once.ts';

const folder = fileURLToPath(new URL('django', import.meta.url));
/** Debian's, for its python3-django and python3-psycopg2. */
const python = '/usr/bin/python3';

/** Row numbers of the old system, as text where they are keys. */
export interface Truth {
  readonly refused: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** First and last name, as they were before they were spoilt. */
  readonly repaired: Readonly<Record<string, readonly [string, string]>>;
  readonly noName: readonly number[];
  readonly duplicates: readonly (readonly [number, number])[];
  /** Twins, fathers and sons: alike, and two persons. */
  readonly apart: readonly (readonly [number, number])[];
}

export interface OldSystem {
  readonly url: string;
  readonly truth: Truth;
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export interface OldSystemOptions {
  readonly app?: 'dispatch' | 'minimal';
  /** None: the tables stay empty. */
  readonly patients?: number;
  readonly seed?: number;
}

/** On the server of an address that ends without a database's name, signed in to as a superuser. */
export async function makeOldSystem(adminUrl: string, options: OldSystemOptions = {}): Promise<OldSystem> {
  const name = `mdw_${randomBytes(6).toString('hex')}`;
  const url = `${adminUrl}/${name}`;
  await askOnce(`${adminUrl}/postgres`, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const scratch = await mkdtemp(join(tmpdir(), 'lotkeeper-mdw-'));
  const truthFile = join(scratch, 'truth.json');
  try {
    await django(url, options, ['migrate', '--verbosity', '0']);
    const { patients } = options;
    if (patients !== undefined) {
      await django(url, options, [
        'generate',
        String(patients),
        '--seed',
        String(options.seed ?? 1),
        '--truth',
        truthFile,
      ]);
    }
    const truth = patients === undefined ? nothing : (JSON.parse(await readFile(truthFile, 'utf8')) as Truth);
    return {
      url,
      truth,
      query: (sql, values) => askOnce(url, sql, values),
      drop: () => askOnce(`${adminUrl}/postgres`, `DROP DATABASE ${name} WITH (FORCE)`).then(() => undefined),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const nothing: Truth = { refused: {}, repaired: {}, noName: [], duplicates: [], apart: [] };

async function django(url: string, { app }: OldSystemOptions, args: readonly string[]): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url);
  await promisify(execFile)(python, ['manage.py', ...args], {
    cwd: folder,
    env: {
      ...{ PATH: process.env['PATH'], PGHOST: hostname, PGPORT: port, PGUSER: decodeURIComponent(username) },
      ...{ PGPASSWORD: decodeURIComponent(password), PGDATABASE: pathname.slice(1), MDW_APP: app ?? 'dispatch' },
      PYTHONDONTWRITEBYTECODE: '1',
      // Names are not ASCII.
      LC_ALL: 'C.UTF-8',
    },
  });
}
