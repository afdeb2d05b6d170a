import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Schemas, the exact number types, and the group role through which the application works. */
export class Foundation1760000000001 implements MigrationInterface {
  name = 'Foundation1760000000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lotkeeper_app') THEN CREATE ROLE lotkeeper_app NOLOGIN; END IF;
      END $$;

      CREATE SCHEMA people; CREATE SCHEMA catalogue; CREATE SCHEMA inventory; CREATE SCHEMA dpap;
      CREATE SCHEMA workflow; CREATE SCHEMA audit; CREATE SCHEMA ops;
      GRANT USAGE ON SCHEMA people, catalogue, inventory, dpap, workflow, audit, ops TO lotkeeper_app;

      -- numeric(18,4) would round a fifth decimal away in silence, and CHECK (q >= 0) accepts NaN, which sorts above
      -- everything: so the domains refuse both by comparison.
      CREATE DOMAIN inventory.quantity AS numeric
        CONSTRAINT quantity_is_exact CHECK (VALUE >= 0 AND VALUE < 1e14 AND VALUE = round(VALUE, 4));
      CREATE DOMAIN inventory.quantity_change AS numeric
        CONSTRAINT quantity_change_is_exact CHECK (VALUE > -1e14 AND VALUE < 1e14 AND VALUE = round(VALUE, 4));
      CREATE DOMAIN inventory.money AS numeric
        CONSTRAINT money_is_exact CHECK (VALUE >= 0 AND VALUE < 1e14 AND VALUE = round(VALUE, 4));
      CREATE DOMAIN inventory.signed_money AS numeric
        CONSTRAINT signed_money_is_exact CHECK (VALUE > -1e14 AND VALUE < 1e14 AND VALUE = round(VALUE, 4));

      -- The same name typed in other case, spacing or Unicode form is one name. Spaces are named one by one: whether \\s
      -- takes the no-break ones depends on the database's locale.
      CREATE FUNCTION catalogue.name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN lower(btrim(regexp_replace(normalize(name, NFC), '[\\s\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+', ' ', 'g')));
      -- Lot numbers: NFC, trimmed, inner spaces and hyphens dropped, upper case.
      CREATE FUNCTION catalogue.lot_number_key(lot_number text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN upper(regexp_replace(normalize(lot_number, NFC), '[\\s\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\-\\u2010-\\u2015\\u2212]', '', 'g'));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP FUNCTION catalogue.lot_number_key, catalogue.name_key;
      DROP DOMAIN inventory.signed_money, inventory.money, inventory.quantity_change, inventory.quantity;
      DROP SCHEMA ops, audit, workflow, dpap, inventory, catalogue, people;
    `);
  }
}
