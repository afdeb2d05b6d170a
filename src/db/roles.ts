import pg from 'pg';

export interface RolePasswords {
  readonly owner: string;
  readonly api: string;
}

/** Set on the role, because a pooler refuses them as startup parameters: cut off what hangs, and one time zone everywhere. */
const apiSettings = {
  TimeZone: 'UTC',
  statement_timeout: '5s',
  // One wait of two: a row that others wait for too is waited for twice, for its place in the queue and for the row.
  lock_timeout: '1200ms',
  idle_in_transaction_session_timeout: '5s',
};

/**
 * The three roles and the database, made when missing: `lotkeeper_owner` owns the database and migrates it,
 * `lotkeeper_app` holds the grants, `lotkeeper_api` signs in and holds nothing but its membership.
 */
export async function setUpRoles(adminUrl: string, passwords: RolePasswords, database: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ name: string }>(
      'SELECT rolname AS name FROM pg_roles UNION ALL SELECT datname FROM pg_database',
    );
    const known = new Set(rows.map(({ name }) => name));
    for (const role of ['lotkeeper_owner', 'lotkeeper_app', 'lotkeeper_api']) {
      if (!known.has(role)) await admin.query(`CREATE ROLE ${role}`);
    }
    await admin.query(`ALTER ROLE lotkeeper_owner LOGIN CREATEROLE PASSWORD ${admin.escapeLiteral(passwords.owner)}`);
    await admin.query(`ALTER ROLE lotkeeper_api LOGIN PASSWORD ${admin.escapeLiteral(passwords.api)}`);
    await admin.query('GRANT lotkeeper_app TO lotkeeper_api');
    for (const [name, value] of Object.entries(apiSettings))
      await admin.query(`ALTER ROLE lotkeeper_api SET ${name} = '${value}'`);
    if (!known.has(database))
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(database)} OWNER lotkeeper_owner`);
  } finally {
    await admin.end();
  }
}
