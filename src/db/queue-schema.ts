/** The queue's own tables, in a schema of their own: made and changed by the queue's migrations, worked on by the application. */
import { runMigrations } from 'bullmq';
import pg from 'pg';

export const queueSchema = 'bullmq';

/** As the owner. */
export async function migrateQueue(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lotkeeper-migrate' });
  await client.connect();
  try {
    await runMigrations(client, queueSchema);
    await client.query(`
      GRANT USAGE ON SCHEMA ${queueSchema} TO lotkeeper_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${queueSchema} TO lotkeeper_app;
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${queueSchema} TO lotkeeper_app;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${queueSchema} TO lotkeeper_app`);
  } finally {
    await client.end();
  }
}
