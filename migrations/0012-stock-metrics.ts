import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Figures of each batch as a materialized view, how fresh it is, and the one function that refreshes it. */
export class StockMetrics1760000000012 implements MigrationInterface {
  name = 'StockMetrics1760000000012';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Days are those of each location; they are computed once a location (a million conversions take two seconds).
      CREATE MATERIALIZED VIEW inventory.stock_metrics_view AS
      SELECT s.id AS stock_id, s.location_id,
        s.on_hand_quantity::numeric AS total_quantity, s.available_quantity, s.reserved_quantity::numeric AS reserved_quantity,
        s.gross_purchase_price::numeric AS total_cost, round(profit.expected, 4) AS expected_profit,
        shelf.days AS days_on_shelf, s.lot_expires_on - place.today AS days_to_expiry,
        round(profit.expected / greatest(1, shelf.days), 4) AS profit_per_shelf_day,
        greatest(s.updated_at, place.day_began_at) AS last_calculated_at, s.created_at, s.updated_at,
        -- Before it compares, REFRESH … CONCURRENTLY seeks doubles among the rows that hold no null, by sorting whole rows
        -- twice: 13 of its 17.5 seconds at a million rows, for nothing, because stock_id is a primary key.
        NULL::boolean AS always_null
      FROM (SELECT l.id, l.time_zone, day.today, day.today::timestamp AT TIME ZONE l.time_zone AS day_began_at
            FROM people.location l CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE l.time_zone)::date AS today) AS day OFFSET 0) AS place
      JOIN inventory.stock s ON s.location_id = place.id
      CROSS JOIN LATERAL (SELECT s.gross_purchase_price * s.roi_percentage * 0.01 AS expected) AS profit
      CROSS JOIN LATERAL (SELECT greatest(0, place.today - coalesce(s.delivered_on, (s.received_at AT TIME ZONE place.time_zone)::date)) AS days) AS shelf;
      CREATE UNIQUE INDEX stock_metrics_view_stock ON inventory.stock_metrics_view (stock_id);
      CREATE INDEX stock_metrics_view_available ON inventory.stock_metrics_view (location_id, available_quantity, stock_id);
      COMMENT ON COLUMN inventory.stock_metrics_view.last_calculated_at IS
        'Since when the figures of this row are what they are: the last change of the batch, or the last midnight there. The time of a refresh would make each refresh write every row. How fresh the whole is: inventory.stock_metrics_freshness.';

      CREATE TABLE inventory.stock_metrics_freshness (
        id boolean PRIMARY KEY DEFAULT true CHECK (id),
        -- The view is what it would be if it were calculated at this instant, or a later one.
        last_calculated_at timestamptz NOT NULL,
        refreshed_at timestamptz NOT NULL,
        -- How long that took.
        took interval NOT NULL
      );
      INSERT INTO inventory.stock_metrics_freshness (last_calculated_at, refreshed_at, took) VALUES (now(), now(), '0');

      -- Answers REFRESHED, UNCHANGED (there was nothing to do) or BUSY (another one is under way). A change is in the outbox
      -- until it is dirty work; both are read in one statement, and before the refresh takes its snapshot: so no change is
      -- taken for covered that is not. Days change at midnight. What was written past the application (by hand, by a bulk
      -- load) is told to nobody: then force it. A statement's time limit counts from its start, and no setting of a function
      -- moves it: the caller raises it before the call.
      CREATE FUNCTION inventory.refresh_stock_metrics(force boolean DEFAULT false) RETURNS text
      LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, pg_temp
      -- One core is enough to lose; and a vacuum of the view, for which it may have to wait, gives way after a second.
      SET max_parallel_workers_per_gather = 0
      SET lock_timeout = '5s' AS $$
      DECLARE
        begun timestamptz := clock_timestamp();
        version_read bigint; is_told boolean; is_another_day boolean; is_populated boolean;
      BEGIN
        IF NOT pg_try_advisory_xact_lock(7106008) THEN RETURN 'BUSY'; END IF;
        SELECT (SELECT version FROM ops.dirty_work WHERE job = 'refresh-stock-metrics' AND key = 'stock'),
          EXISTS (SELECT FROM ops.outbox WHERE sent_at IS NULL AND topic IN ('stock.changed', 'location.changed')),
          EXISTS (SELECT FROM (SELECT DISTINCT time_zone FROM people.location) AS z
                  WHERE (now() AT TIME ZONE z.time_zone)::date <> (f.refreshed_at AT TIME ZONE z.time_zone)::date),
          (SELECT relispopulated FROM pg_class WHERE oid = 'inventory.stock_metrics_view'::regclass)
        INTO STRICT version_read, is_told, is_another_day, is_populated FROM inventory.stock_metrics_freshness f;

        IF NOT (force OR version_read IS NOT NULL OR is_told OR is_another_day) AND is_populated THEN
          UPDATE inventory.stock_metrics_freshness SET last_calculated_at = now();
          RETURN 'UNCHANGED';
        END IF;
        IF is_populated THEN REFRESH MATERIALIZED VIEW CONCURRENTLY inventory.stock_metrics_view;
        ELSE REFRESH MATERIALIZED VIEW inventory.stock_metrics_view;
        END IF;
        DELETE FROM ops.dirty_work WHERE job = 'refresh-stock-metrics' AND key = 'stock' AND version = version_read;
        UPDATE inventory.stock_metrics_freshness
        SET last_calculated_at = now(), refreshed_at = now(), took = clock_timestamp() - begun;
        RETURN 'REFRESHED';
      END $$;
      REVOKE ALL ON FUNCTION inventory.refresh_stock_metrics FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION inventory.refresh_stock_metrics TO lotkeeper_app;
      GRANT SELECT ON inventory.stock_metrics_view, inventory.stock_metrics_freshness TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP FUNCTION inventory.refresh_stock_metrics;
      DROP TABLE inventory.stock_metrics_freshness;
      DROP MATERIALIZED VIEW inventory.stock_metrics_view;
    `);
  }
}
