import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A transfer that has ended stays as it is, with its lines; none is added to it. */
export class EndedTransfers1760000000032 implements MigrationInterface {
  name = 'EndedTransfers1760000000032';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TRIGGER ended BEFORE UPDATE OR DELETE ON inventory.inventory_transfer FOR EACH ROW
        WHEN (OLD.status IN ('RECEIVED', 'REJECTED', 'CANCELLED')) EXECUTE FUNCTION audit.refuse_change();
      ALTER TABLE inventory.inventory_transfer ENABLE ALWAYS TRIGGER ended;

      CREATE TRIGGER ended BEFORE UPDATE OR DELETE ON inventory.inventory_transfer_line FOR EACH ROW
        WHEN (OLD.received_quantity IS NOT NULL) EXECUTE FUNCTION audit.refuse_change();
      ALTER TABLE inventory.inventory_transfer_line ENABLE ALWAYS TRIGGER ended;

      -- Received ones are known by themselves: the receipt writes document and lines in one statement, in no set order.
      CREATE FUNCTION inventory.refuse_line_of_ended_transfer() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
      BEGIN
        IF EXISTS (SELECT FROM inventory.inventory_transfer t WHERE t.id = coalesce(NEW.transfer_id, OLD.transfer_id)
            AND (t.status IN ('REJECTED', 'CANCELLED') OR t.status = 'RECEIVED' AND TG_OP = 'INSERT')) THEN
          RAISE EXCEPTION 'The transfer of this line has ended: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN coalesce(NEW, OLD);
      END $$;
      CREATE TRIGGER of_ended BEFORE INSERT OR UPDATE OR DELETE ON inventory.inventory_transfer_line FOR EACH ROW
        EXECUTE FUNCTION inventory.refuse_line_of_ended_transfer();
      ALTER TABLE inventory.inventory_transfer_line ENABLE ALWAYS TRIGGER of_ended;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER of_ended ON inventory.inventory_transfer_line;
      DROP FUNCTION inventory.refuse_line_of_ended_transfer;
      DROP TRIGGER ended ON inventory.inventory_transfer_line;
      DROP TRIGGER ended ON inventory.inventory_transfer;
    `);
  }
}
