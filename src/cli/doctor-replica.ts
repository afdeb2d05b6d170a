/** Whether DATABASE_REPLICA_URL leads to a standby of this database that the application may read, and how far it is behind. */
import { createDataSource } from '../../ormconfig.ts';
import { read } from '../db/prepared.ts';
import { differenceOf, identityOf, noStandby, positionOn, type DatabaseIdentity } from '../db/replica.ts';
import type { Finding, Patient } from './doctor.ts';
import { sentenceFor } from './fail.ts';

const check = 'replica';
/** A segment of the log: less than a second of what a busy primary writes. */
const muchBytes = 16 * 1_024 * 1_024;

export async function replicaFindings({ config, db: primary }: Pick<Patient, 'config' | 'db'>): Promise<Finding[]> {
  if (config.databaseReplicaUrl === null) return [];
  const db = createDataSource(config.databaseReplicaUrl, { poolSize: 1, applicationName: 'lotkeeper-doctor' });
  try {
    await db.initialize();
    const written = await positionOn(primary);
    const replayed = await positionOn(db);
    if (!replayed.isStandby) return [failed(noStandby, 'Name a streaming standby in DATABASE_REPLICA_URL.')];
    const [replica, wanted] = [await identityOf(db), await identityOf(primary)];
    const difference = differenceOf(replica, wanted);
    if (difference !== null)
      return [
        failed(
          difference,
          'Name a standby of the server of DATABASE_URL. After a failover it follows at its next restart point.',
        ),
      ];
    await read(db, 'SELECT id FROM inventory.stock LIMIT 1');
    return [judged(written.position - replayed.position, replica)];
  } catch (error) {
    // The sentences are of the primary.
    const words = sentenceFor(error).replaceAll('DATABASE_URL', 'DATABASE_REPLICA_URL');
    const advice = 'Start it, or correct DATABASE_REPLICA_URL; everything is read from the primary meanwhile.';
    return [{ check, health: 'WARN', found: `cannot be read: ${words}`, advice }];
  } finally {
    if (db.isInitialized) await db.destroy();
  }
}

function failed(found: string, advice: string): Finding {
  return { check, health: 'FAIL', found, advice };
}

function judged(lag: bigint, { cluster }: DatabaseIdentity): Finding {
  const found = `${lag > 0n ? lag : 0n} bytes of the log behind`;
  if (lag > muchBytes) {
    const advice =
      'Lists come from the primary until it has caught up: look at its load and at the network between them.';
    return { check, health: 'WARN', found, advice };
  }
  if (cluster !== null) return { check, health: 'OK', found };
  const advice =
    'As a superuser: GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO lotkeeper_app.';
  return { check, health: 'WARN', found: `${found}; whether it is of the same server cannot be seen`, advice };
}
