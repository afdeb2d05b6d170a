import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Vendors, brands, products. */
export class Catalogue1760000000003 implements MigrationInterface {
  name = 'Catalogue1760000000003';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE catalogue.dea_schedule AS ENUM ('CII', 'CIII', 'CIV', 'CV');
      CREATE TYPE catalogue.aware_class AS ENUM ('ACCESS', 'WATCH', 'RESERVE');

      CREATE TABLE catalogue.vendor (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
        name_key text GENERATED ALWAYS AS (catalogue.name_key(name)) STORED UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE catalogue.brand (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
        name_key text GENERATED ALWAYS AS (catalogue.name_key(name)) STORED UNIQUE,
        vendor_id uuid REFERENCES catalogue.vendor,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX brand_vendor ON catalogue.brand (vendor_id);

      CREATE TABLE catalogue.product (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
        name_key text GENERATED ALWAYS AS (catalogue.name_key(name)) STORED,
        brand_id uuid REFERENCES catalogue.brand,
        category text NOT NULL CHECK (length(category) BETWEEN 1 AND 100),
        subcategory text CHECK (length(subcategory) BETWEEN 1 AND 100),
        generic_name text CHECK (length(generic_name) <= 500),
        ndc text UNIQUE CHECK (length(ndc) <= 20),
        gtin text UNIQUE CHECK (gtin ~ '^[0-9]{14}$'),
        form text CHECK (length(form) <= 255),
        strength text CHECK (length(strength) <= 500),
        is_injection boolean NOT NULL DEFAULT false,
        stock_unit text NOT NULL CHECK (length(stock_unit) BETWEEN 1 AND 50),
        dose_unit text CHECK (length(dose_unit) BETWEEN 1 AND 50),
        doses_per_stock_unit inventory.quantity CHECK (doses_per_stock_unit > 0),
        is_prescription boolean NOT NULL DEFAULT false,
        dea_schedule catalogue.dea_schedule,
        is_antibiotic boolean NOT NULL DEFAULT false,
        aware_class catalogue.aware_class,
        pregnancy_risk boolean NOT NULL DEFAULT false,
        requires_reconstitution boolean NOT NULL DEFAULT false,
        label_stability_hours integer CHECK (label_stability_hours > 0),
        policy_stability_hours integer CHECK (policy_stability_hours > 0),
        single_patient_vial boolean NOT NULL DEFAULT false,
        storage_min_celsius numeric(5, 2) CHECK (storage_min_celsius BETWEEN -273.15 AND 200),
        storage_max_celsius numeric(5, 2) CHECK (storage_max_celsius BETWEEN -273.15 AND 200),
        excursion_budget_minutes integer CHECK (excursion_budget_minutes >= 0),
        reorder_point inventory.quantity,
        reorder_quantity inventory.quantity,
        unit_price inventory.money,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CHECK (storage_min_celsius <= storage_max_celsius)
      );
      -- What a product is known by where it carries no code.
      CREATE UNIQUE INDEX product_identity ON catalogue.product
        (brand_id, name_key, catalogue.name_key(category), catalogue.name_key(stock_unit), coalesce(ndc, ''), coalesce(gtin, '')) NULLS NOT DISTINCT;
      CREATE INDEX product_category ON catalogue.product (category);
      CREATE INDEX product_subcategory ON catalogue.product (subcategory);
      CREATE INDEX product_brand_category ON catalogue.product (brand_id, category);
      CREATE INDEX product_page ON catalogue.product (name_key, id);

      GRANT SELECT, INSERT, UPDATE ON catalogue.vendor, catalogue.brand, catalogue.product TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE catalogue.product, catalogue.brand, catalogue.vendor;
      DROP TYPE catalogue.aware_class, catalogue.dea_schedule;
    `);
  }
}
