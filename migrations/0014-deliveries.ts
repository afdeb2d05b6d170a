import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is told to receivers outside, by webhook and by mail, and how far the feed of alerts has been made into it. */
export class Deliveries1760000000014 implements MigrationInterface {
  name = 'Deliveries1760000000014';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE ops.delivery_kind AS ENUM ('WEBHOOK', 'MAIL', 'DIGEST');
      CREATE TYPE ops.delivery_state AS ENUM ('WAITING', 'SENT', 'DEAD');

      CREATE TABLE ops.delivery (
        id uuid PRIMARY KEY,
        kind ops.delivery_kind NOT NULL,
        -- The address: a URL, or an e-mail address.
        target text NOT NULL,
        -- What of the feed it tells; a digest tells what is open on its day.
        feed_seq bigint REFERENCES inventory.alert_feed (seq),
        digest_on date,
        -- The delivery with which it goes out, itself as a rule: alerts that come close together go in one mail. Attempts,
        -- the time of the next one and the lease are those of the leader.
        leader_id uuid NOT NULL REFERENCES ops.delivery DEFERRABLE INITIALLY DEFERRED,
        state ops.delivery_state NOT NULL DEFAULT 'WAITING',
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- While somebody is sending it: when others may take him for lost.
        leased_until timestamptz,
        -- Whether the later webhooks of the receiver wait for it.
        holds boolean NOT NULL DEFAULT true,
        -- Since it was made, or asked for again.
        waiting_since timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_error text CHECK (length(last_error) <= 300),
        sent_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CHECK ((kind = 'DIGEST') = (digest_on IS NOT NULL)),
        CHECK ((kind = 'DIGEST') = (feed_seq IS NULL)),
        CHECK ((state = 'SENT') = (sent_at IS NOT NULL)),
        CHECK (state = 'WAITING' OR leased_until IS NULL),
        -- Each row of the feed once to each receiver, each day's digest too.
        UNIQUE (kind, target, feed_seq),
        UNIQUE (target, digest_on)
      ) WITH (fillfactor = 80);
      CREATE INDEX delivery_head ON ops.delivery (kind, target, feed_seq) WHERE state = 'WAITING' AND holds;
      CREATE INDEX delivery_due ON ops.delivery (kind, next_attempt_at) WHERE state = 'WAITING' AND id = leader_id;
      CREATE INDEX delivery_late ON ops.delivery (kind, target, next_attempt_at) WHERE state = 'WAITING' AND NOT holds;
      CREATE INDEX delivery_leased ON ops.delivery (kind, target) WHERE leased_until IS NOT NULL;
      CREATE INDEX delivery_unsent ON ops.delivery (kind, state) WHERE state <> 'SENT';
      CREATE INDEX delivery_leader ON ops.delivery (leader_id);
      CREATE INDEX delivery_feed ON ops.delivery (feed_seq);
      CREATE INDEX delivery_page ON ops.delivery (kind, created_at);

      -- Up to where: of the feed, or, for digests, of the days. Its row is the lock under which deliveries are made.
      CREATE TABLE ops.delivery_cursor (
        kind ops.delivery_kind PRIMARY KEY,
        feed_seq bigint NOT NULL DEFAULT 0,
        digest_on date
      );
      INSERT INTO ops.delivery_cursor (kind, feed_seq)
      SELECT kind, coalesce((SELECT max(seq) FROM inventory.alert_feed), 0) FROM unnest(enum_range(NULL::ops.delivery_kind)) AS kind;

      GRANT SELECT, INSERT, UPDATE, DELETE ON ops.delivery TO lotkeeper_app;
      GRANT SELECT, UPDATE ON ops.delivery_cursor TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE ops.delivery_cursor, ops.delivery;
      DROP TYPE ops.delivery_state, ops.delivery_kind;
    `);
  }
}
