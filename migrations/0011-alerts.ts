import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Alerts, and the feed in which each raise, rise and resolve of one has its number. */
export class Alerts1760000000011 implements MigrationInterface {
  name = 'Alerts1760000000011';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.alert_type AS ENUM ('EXPIRING_SOON', 'EXPIRED', 'LOW_STOCK', 'OUT_OF_STOCK', 'RECALL', 'TEMPERATURE_EXCURSION',
        'VIAL_EXPIRING', 'VIAL_EXPIRED', 'COUNT_VARIANCE', 'TRANSFER_DISCREPANCY', 'LEDGER_MISMATCH');
      CREATE TYPE inventory.alert_severity AS ENUM ('INFO', 'WARNING', 'CRITICAL');
      CREATE TYPE inventory.alert_status AS ENUM ('OPEN', 'ACKNOWLEDGED', 'RESOLVED');

      CREATE TABLE inventory.inventory_alert (
        id uuid PRIMARY KEY,
        type inventory.alert_type NOT NULL,
        -- What it is about, within type and location: the id of a lot, a product, a session, a recall …
        subject text NOT NULL,
        location_id uuid REFERENCES people.location,
        severity inventory.alert_severity NOT NULL,
        status inventory.alert_status NOT NULL DEFAULT 'OPEN',
        title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
        message text NOT NULL CHECK (length(message) BETWEEN 1 AND 2000),
        product_id uuid REFERENCES catalogue.product,
        lot_id uuid REFERENCES inventory.inventory_lot,
        stock_id uuid REFERENCES inventory.stock,
        session_id uuid,
        recall_id uuid,
        -- +1 with each raise, rise and resolve.
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        acknowledged_by uuid REFERENCES people."user",
        acknowledged_at timestamptz,
        resolved_by uuid REFERENCES people."user",
        resolved_at timestamptz,
        resolution text CHECK (length(resolution) <= 1000),
        -- Null while the cause lasts. Resolved by hand while it lasts, an alert stays silent and no other is raised for it.
        ended_at timestamptz,
        CHECK ((status = 'RESOLVED') = (resolved_at IS NOT NULL)),
        CHECK (status = 'RESOLVED' OR ended_at IS NULL)
      ) WITH (fillfactor = 80);
      -- One alert at a time for each subject.
      CREATE UNIQUE INDEX inventory_alert_current ON inventory.inventory_alert (type, location_id, subject) NULLS NOT DISTINCT WHERE ended_at IS NULL;
      CREATE INDEX inventory_alert_open ON inventory.inventory_alert (location_id) WHERE status <> 'RESOLVED';
      CREATE INDEX inventory_alert_page ON inventory.inventory_alert (location_id, created_at, id);

      -- Written with the alert; numbered when it is committed, by one at a time: who has seen N has seen all before N.
      CREATE TABLE inventory.alert_feed (
        id uuid PRIMARY KEY,
        seq bigint UNIQUE,
        alert_id uuid NOT NULL REFERENCES inventory.inventory_alert,
        version integer NOT NULL,
        location_id uuid REFERENCES people.location,
        type inventory.alert_type NOT NULL,
        severity inventory.alert_severity NOT NULL,
        status inventory.alert_status NOT NULL,
        title text NOT NULL,
        message text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        UNIQUE (alert_id, version)
      ) WITH (fillfactor = 80);
      CREATE INDEX alert_feed_unnumbered ON inventory.alert_feed (changed_at, id) WHERE seq IS NULL;
      CREATE INDEX alert_feed_place ON inventory.alert_feed (location_id, seq);

      GRANT SELECT, INSERT, UPDATE ON inventory.inventory_alert, inventory.alert_feed TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE inventory.alert_feed, inventory.inventory_alert;
      DROP TYPE inventory.alert_status, inventory.alert_severity, inventory.alert_type;
    `);
  }
}
