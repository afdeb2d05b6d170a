/** What the doctor says of the database behind the tables: grants, durability, room for connections, late work. Looks only. */
import type { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { read } from '../db/prepared.ts';
import type { Finding, Patient } from './doctor.ts';

/** What nobody may change once it is written. */
const appendOnly = [
  'inventory.inventory_transaction',
  'dpap.dispensing_event',
  'audit.audit_entry',
  'audit.audit_seal',
  'audit.audit_block',
  'audit.phi_access_log',
];

export async function grantFindings({ db }: Patient): Promise<Finding[]> {
  const check = 'grants';
  const [row] = await read<{ user: string; isMember: boolean; tooMuch: string[] }>(
    db,
    `SELECT current_user::text AS user, pg_has_role(current_user, 'lotkeeper_app', 'USAGE') AS "isMember",
       ARRAY(SELECT p || ' on ' || t FROM unnest($1::text[]) t, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p
         WHERE has_table_privilege('lotkeeper_app', t, p) ORDER BY 1) AS "tooMuch"`,
    [appendOnly],
  );
  if (row === undefined) throw new Error('The database answered no row.');
  if (!row.isMember) {
    const found = `${row.user} is no member of lotkeeper_app`;
    return [
      { check, health: 'FAIL', found, advice: `As the owner or a superuser: GRANT lotkeeper_app TO ${row.user}.` },
    ];
  }
  if (row.tooMuch.length === 0)
    return [{ check, health: 'OK', found: 'the ledger and the trail can only be added to' }];
  const found = `lotkeeper_app holds ${row.tooMuch.join(', ')}`;
  return [
    { check, health: 'FAIL', found, advice: 'REVOKE it as the owner, and prove the books: lotkeeper db verify.' },
  ];
}

/** Triggers hold against the owner too, as long as they are there and always on. Those of TimescaleDB are its own. */
export async function guardFindings({ db }: Patient): Promise<Finding[]> {
  const check = 'guards';
  const [row] = await read<{ off: string[]; missing: string[] }>(
    db,
    `SELECT ARRAY(SELECT tgname || ' on ' || tgrelid::regclass FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
         WHERE NOT tgisinternal AND tgenabled <> 'A' AND tgname NOT LIKE 'ts\\_%' AND relnamespace::regnamespace::text = ANY($2::text[]) ORDER BY 1) AS off,
       ARRAY(SELECT t FROM unnest($1::text[]) t
         WHERE (SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(t) AND tgname IN ('append_only', 'append_only_truncate')) < 2) AS missing`,
    [appendOnly, [...new Set(appendOnly.map((table) => table.split('.')[0]))]],
  );
  if (row === undefined) throw new Error('The database answered no row.');
  const { off, missing } = row;
  if (off.length === 0 && missing.length === 0) return [{ check, health: 'OK', found: 'all triggers are on' }];
  const found = [
    ...(off.length > 0 ? [`switched off: ${off.join(', ')}`] : []),
    ...(missing.length > 0 ? [`append_only is not on ${missing.join(', ')}`] : []),
  ].join('; ');
  const advice =
    'As the owner: ALTER TABLE … ENABLE ALWAYS TRIGGER … (one that is gone: restore the schema). Then lotkeeper db verify and audit verify.';
  return [{ check, health: 'FAIL', found, advice }];
}

export async function settingFindings({ config, db }: Patient): Promise<Finding[]> {
  const check = 'settings';
  const names = [
    'fsync',
    'full_page_writes',
    'synchronous_commit',
    'server_encoding',
    'archive_mode',
    'max_connections',
  ];
  const rows = await read<{ name: string; setting: string }>(
    db,
    'SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])',
    [names],
  );
  const findings = judgeSettings(new Map(rows.map(({ name, setting }) => [name, setting])), config);
  if (findings.length > 0) return findings.map((finding) => ({ check, ...finding }));
  return [{ check, health: 'OK', found: 'what is acknowledged is on disk' }];
}

type Judged = Omit<Finding, 'check'>;

export function judgeSettings(
  settings: ReadonlyMap<string, string>,
  { databaseUrl, databasePoolSize }: Pick<Config, 'databaseUrl' | 'databasePoolSize'>,
): Judged[] {
  const off = ['fsync', 'full_page_writes', 'synchronous_commit'].filter((name) => settings.get(name) === 'off');
  const findings: Judged[] = off.map((name) => {
    const found = `${name} is off: what was acknowledged can be lost when the machine fails`;
    return { health: 'FAIL', found, advice: `Set ${name} = on.` };
  });
  const encoding = settings.get('server_encoding');
  if (encoding !== 'UTF8') {
    const found = `the database's encoding is ${String(encoding)}`;
    findings.push({ health: 'FAIL', found, advice: "Make it anew with ENCODING 'UTF8'." });
  }
  if (databaseUrl !== null && settings.get('archive_mode') === 'off') {
    const found = 'archive_mode is off: after a loss there is nothing younger than the last backup';
    findings.push({ health: 'WARN', found, advice: 'Archive the WAL: docs/operating.md, Backup and restore.' });
  }
  const most = Number(settings.get('max_connections'));
  // An API and its LISTEN, a worker and its queue, and a few for people.
  const needed = databasePoolSize + 20;
  if (most < needed) {
    const found = `max_connections is ${most}; one API and one worker may take ${needed}`;
    findings.push({ health: 'WARN', found, advice: 'Raise it, or put PgBouncer before it: docs/scaling.md.' });
  }
  return findings;
}

/** PostgreSQL tells how large its data is, not how much room is left: the disk is another machine's. */
export async function othersDisk(db: DataSource): Promise<Finding> {
  const [row] = await read<{ size: string }>(
    db,
    'SELECT pg_size_pretty(pg_database_size(current_database())) AS size',
    [],
  );
  const found = `the database has ${row?.size ?? 'an unknown size'}; how much room is left only its server's machine knows`;
  return {
    check: 'disk',
    health: 'OK',
    found,
    advice: "Watch that machine's disk with its own tools: when it is full, nothing more is written.",
  };
}

export async function workFindings({ db }: Patient): Promise<Finding[]> {
  const check = 'work';
  const advice = 'Start a worker (lotkeeper worker), or look into its log.';
  const failed = await read<{ name: string; at: string; error: string | null }>(
    db,
    `SELECT name, to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC' AS at, error FROM (
       SELECT DISTINCT ON (name) name, state, finished_at, error FROM ops.job_run WHERE finished_at IS NOT NULL
       ORDER BY name, finished_at DESC) last WHERE state = 'FAILED' ORDER BY name`,
    [],
  );
  const late = await read<{ job: string; seconds: number }>(
    db,
    `SELECT job, extract(epoch FROM clock_timestamp() - min(since))::integer AS seconds FROM ops.dirty_work
     GROUP BY job HAVING min(since) < clock_timestamp() - interval '60 s' ORDER BY job`,
    [],
  );
  const [unsealed] = await read<{ isLate: boolean }>(
    db,
    `SELECT EXISTS (SELECT FROM audit.audit_entry WHERE occurred_at < clock_timestamp() - interval '10 min')
       AND NOT EXISTS (SELECT FROM audit.audit_block WHERE sealed_at > clock_timestamp() - interval '10 min') AS "isLate"`,
    [],
  );
  const findings: Finding[] = [
    ...failed.map(({ name, at, error }): Finding => {
      const found = `${name} failed at ${at}: ${error ?? 'for no reason told'}`;
      return {
        check,
        health: 'WARN',
        found,
        advice: 'Its runs are in `jobs` and at /queues; it is tried again by itself.',
      };
    }),
    ...late.map(({ job, seconds }): Finding => {
      return { check, health: 'WARN', found: `${job} is behind, by ${seconds} s`, advice };
    }),
    ...(unsealed?.isLate === true
      ? [{ check, health: 'WARN' as const, found: 'the audit trail was not sealed for ten minutes', advice }]
      : []),
  ];
  return findings.length > 0 ? findings : [{ check, health: 'OK', found: 'no job is behind or has failed last' }];
}
