/** Patients, whose names and addresses are those of their users, and the users who acted as staff. */
import { decoded } from '../mapping.ts';
import { finding, findings, pastMoment, type Step } from '../source.ts';

/** Who changed a state has acted. They stay known, and cannot sign in. */
export const accounts: Step = {
  name: 'accounts',
  from: 'auth_user',
  target: 'people.user',
  columns: {
    email: 'text',
    display_name: 'text',
    roles: 'text[]',
    active: 'boolean',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  once: ['email', 'roles', 'active', 'created_at', 'updated_at'],
  isMain: false,
  parents: {},
  image: (stage) => {
    const id = stage.id('people.user', 'u.id');
    const stand = `'legacy-mdw-' || u.id || '@lotkeeper.invalid'`;
    return `
      SELECT u.id AS source_id, true AS staged,
        ${findings([finding('email IS NULL', 'NOTED', 'NO_ADDRESS', 'email'), finding('email IS NOT NULL AND NOT is_free', 'NOTED', 'ADDRESS_TAKEN', 'email')])} AS findings,
        CASE WHEN email IS NOT NULL AND is_free THEN email ELSE ${stand} END AS email,
        left(coalesce(nullif(concat_ws(' ', first_name, last_name), ''), username, 'User ' || u.id), 255) AS display_name,
        '{}'::text[] AS roles, false AS active, j.joined AS created_at, j.joined AS updated_at
      FROM (
        SELECT u.id, u.date_joined, legacy.cleaned(u.first_name) AS first_name, legacy.cleaned(u.last_name) AS last_name,
          legacy.cleaned(u.username) AS username, e.email,
          row_number() OVER (PARTITION BY lower(e.email) ORDER BY length(u.id), u.id) = 1
            AND NOT EXISTS (SELECT FROM people."user" o WHERE lower(o.email) = lower(e.email) AND o.id <> ${id}) AS is_free
        FROM ${stage.rows('auth_user')} u
        CROSS JOIN LATERAL (SELECT CASE WHEN legacy.cleaned(u.email) ~ '^[^\\s@]{1,64}@[^\\s@]{1,189}$' THEN legacy.cleaned(u.email) END AS email) e
        WHERE u.id IN (SELECT changed_by_id FROM ${stage.rows('dispatch_state')}
          UNION ALL SELECT legacy_id FROM ops.legacy_row WHERE source = '${stage.source}' AND source_table = 'auth_user' AND target_table = 'people.user')
      ) u
      CROSS JOIN LATERAL (SELECT coalesce(${pastMoment('u.date_joined', stage)}, ${stage.snapshotAt}) AS joined) j`;
  },
};

const oldestBirth = `date '1875-01-01'`;

export const patients: Step = {
  name: 'patients',
  from: 'dispatch_patient',
  target: 'people.patient',
  columns: {
    first_name: 'text',
    last_name: 'text',
    birth_date: 'date',
    sex: 'text',
    email: 'text',
    legacy_id: 'text',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  once: ['created_at'],
  isMain: true,
  parents: {},
  image: (stage, mapping) => `
    SELECT p.id AS source_id, true AS staged,
      ${findings([
        finding('p.user_id IS NULL', 'REFUSED', 'NO_USER', 'user_id'),
        finding('p.user_id IS NOT NULL AND u.id IS NULL', 'REFUSED', 'ORPHAN', 'user_id'),
        finding(
          `p.birthdate <> '' AND (b.birth IS NULL OR b.birth < ${oldestBirth})`,
          'REFUSED',
          'IMPOSSIBLE_DATE',
          'birthdate',
        ),
        finding(`b.birth > (${stage.snapshotAt})::date`, 'REFUSED', 'FUTURE_BIRTH', 'birthdate'),
        ...['first_name', 'last_name'].flatMap((column) => [
          finding(`legacy.is_spoilt(n.${column})`, 'REFUSED', 'MOJIBAKE', column),
          finding(`length(n.${column}) > 255`, 'REFUSED', 'TOO_LONG', column),
          finding(`n.${column} <> btrim(u.${column}, E' \\t\\r\\n')`, 'REPAIRED', 'MOJIBAKE', column),
        ]),
        finding('length(n.email) > 254', 'REFUSED', 'TOO_LONG', 'email'),
        finding('length(n.sex) > 20', 'REFUSED', 'TOO_LONG', 'sex'),
        finding('u.id IS NOT NULL AND n.first_name IS NULL AND n.last_name IS NULL', 'NOTED', 'NO_NAME', 'user_id'),
        finding(`p.updated_at IS NOT NULL AND c.changed IS NULL`, 'NOTED', 'IMPOSSIBLE_DATE', 'updated_at'),
      ])} AS findings,
      n.first_name, n.last_name, b.birth AS birth_date, ${decoded(mapping, 'sex', 'n.sex', 'n.sex')} AS sex, n.email, p.id AS legacy_id,
      coalesce(least(c.joined, c.changed), ${stage.snapshotAt}) AS created_at,
      coalesce(c.changed, c.joined, ${stage.snapshotAt}) AS updated_at
    FROM ${stage.rows('dispatch_patient')} p
    LEFT JOIN ${stage.rows('auth_user')} u ON u.id = p.user_id
    CROSS JOIN LATERAL (SELECT legacy.cleaned(u.first_name) AS first_name, legacy.cleaned(u.last_name) AS last_name, legacy.cleaned(u.email) AS email,
      nullif(btrim(p.sex), '') AS sex OFFSET 0) n
    CROSS JOIN LATERAL (SELECT legacy.real_date(p.birthdate) AS birth OFFSET 0) b
    CROSS JOIN LATERAL (SELECT ${pastMoment('p.updated_at', stage)} AS changed, ${pastMoment('u.date_joined', stage)} AS joined OFFSET 0) c`,
};
