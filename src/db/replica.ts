/**
 * A standby of the primary that answers reads, and what this process knows of how far it has replayed. It is asked when
 * the position that it was last seen at is not enough, or a second old: it may have gone away, or have been promoted. Who
 * asks waits 300 ms at the most. One that does not answer, or is not what it should be, is left alone for three seconds:
 * nothing ever fails because of it, everything is read from the primary instead.
 */
import type { DataSource } from 'typeorm';
import { poolOf, read } from './prepared.ts';
import { parsePosition, writePosition } from './wal-position.ts';
import { within } from './within.ts';

const freshMs = 1_000;
const usualPatienceMs = 300;
const writtenPatienceMs = 1_000;
const leftAloneMs = 3_000;

export interface ReplicaOptions {
  readonly primary: DataSource;
  /** Opens connections to the standby; fails where there is none. */
  readonly connect: () => Promise<DataSource>;
  /** Told why the replica is left alone. */
  readonly onTrouble: (reason: unknown) => void;
  /** How long who asks waits for it; 300 ms where it is not said. */
  readonly patienceMs?: number;
}

/** Where to read, and a position that it has replayed at least. */
export interface UpToDate {
  readonly db: DataSource;
  readonly position: bigint;
}

export class Replica {
  #db: DataSource | null = null;
  #position = 0n;
  #freshUntil = 0;
  #leftAloneUntil = 0;
  #looking: Promise<void> | null = null;
  #askingWritten: Promise<string | null> = Promise.resolve(null);
  #nextWritten: Promise<string | null> | null = null;

  constructor(private readonly options: ReplicaOptions) {}

  /** The replica once it has replayed `wanted`; otherwise why it may not answer. Never fails. */
  async upTo(wanted: bigint): Promise<UpToDate | 'behind' | 'away'> {
    if (performance.now() < this.#leftAloneUntil) return 'away';
    if (this.#position < wanted || performance.now() >= this.#freshUntil) await this.#look();
    if (this.#db === null || performance.now() < this.#leftAloneUntil) return 'away';
    return this.#position < wanted ? 'behind' : { db: this.#db, position: this.#position };
  }

  /** It has failed somebody: whoever comes next sees first whether it is there, and how far. */
  doubt(): void {
    this.#freshUntil = 0;
    this.#position = 0n;
  }

  /**
   * Behind everything that was committed on the primary before the call; null where nobody can tell within a second. Never
   * fails. One question at a time, for all who wait: who comes while it is asked is told by the next.
   */
  async written(): Promise<string | null> {
    this.#nextWritten ??= this.#askingWritten.then(() => {
      this.#nextWritten = null;
      this.#askingWritten = writtenOn(this.options.primary);
      return this.#askingWritten;
    });
    return this.#nextWritten;
  }

  /** How many bytes of the log it has still to replay; fails where it is away. */
  async lagBytes(): Promise<number> {
    const { position: written } = await positionOn(this.options.primary);
    this.doubt();
    const seen = await this.upTo(0n);
    if (typeof seen === 'string') throw new Error('The replica is away');
    return Math.max(0, Number(written - seen.position));
  }

  async #look(): Promise<void> {
    this.#looking ??= this.#ask()
      .catch((error: unknown) => {
        this.#leaveAlone(error);
      })
      .finally(() => {
        this.#looking = null;
      });
    const { patienceMs = usualPatienceMs } = this.options;
    if (await within(patienceMs, this.#looking)) return;
    this.#leaveAlone(new Error(`The replica does not answer within ${patienceMs} ms`));
  }

  async #ask(): Promise<void> {
    const { primary, connect } = this.options;
    if (this.#db === null) {
      this.#db = await connect();
      // A connection is lost where it restarts, and then it begins with less than it had.
      poolOf(this.#db).on('error', () => {
        this.doubt();
      });
    }
    const { isStandby, position } = await positionOn(this.#db);
    if (!isStandby) throw new Error(`The replica ${noStandby}`);
    // Either may have become another server meanwhile: after a failover the primary's address leads elsewhere.
    if (performance.now() >= this.#freshUntil) {
      const fault = differenceOf(await identityOf(this.#db), await identityOf(primary));
      if (fault !== null) throw new Error(`The replica ${fault}`);
      this.#freshUntil = performance.now() + freshMs;
    }
    // Also where it is less: after a restart it replays from its last restart point.
    this.#position = position;
  }

  /** Whoever answers at its address next may be another server. */
  #leaveAlone(reason: unknown): void {
    this.#leftAloneUntil = performance.now() + leftAloneMs;
    this.#freshUntil = 0;
    this.#position = 0n;
    this.options.onTrouble(reason);
  }
}

async function writtenOn(primary: DataSource): Promise<string | null> {
  const asked = positionOn(primary).then(
    ({ position }) => writePosition(position),
    () => null,
  );
  return (await within(writtenPatienceMs, asked)) ? asked : null;
}

export const noStandby = 'is no standby: it takes writes of its own';

/** How far a standby has replayed, or a primary has written, beyond all that is committed there. */
export async function positionOn(db: DataSource): Promise<{ readonly isStandby: boolean; readonly position: bigint }> {
  const [row] = await read<{ isStandby: boolean; position: string | null }>(
    db,
    `SELECT pg_is_in_recovery() AS "isStandby",
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END::text AS position`,
  );
  const position = parsePosition(row?.position ?? '');
  if (row === undefined || position === null) throw new Error('The database does not say how far its log goes');
  return { isStandby: row.isStandby, position };
}

export interface DatabaseIdentity {
  readonly database: string;
  /** The same on a primary and its standbys, and on no other server; null where the login may not ask. */
  readonly cluster: string | null;
  /** Counted up by each failover: positions of one timeline say nothing of another. Null where the login may not ask. */
  readonly timeline: number | null;
}

export async function identityOf(db: DataSource): Promise<DatabaseIdentity> {
  const [row] = await read<{ database: string; mayAsk: boolean }>(
    db,
    `SELECT current_database()::text AS database, has_function_privilege('pg_control_system()', 'EXECUTE')
       AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE') AS "mayAsk"`,
  );
  if (row === undefined) throw new Error('The database answered no row.');
  const [system] = row.mayAsk ? await read<{ cluster: string; timeline: number }>(db, systemIdentity) : [];
  return { database: row.database, cluster: system?.cluster ?? null, timeline: system?.timeline ?? null };
}

/** A standby tells the timeline of its last restart point: late after a failover, and never too early. */
const systemIdentity = `SELECT system_identifier::text AS cluster,
    CASE WHEN pg_is_in_recovery() THEN timeline_id
      ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer END AS timeline
  FROM pg_control_system(), pg_control_checkpoint()`;

/** Why the one is no replica of the other, as the end of a sentence; null where it may be one. */
export function differenceOf(replica: DatabaseIdentity, primary: DatabaseIdentity): string | null {
  if (replica.database !== primary.database) return `shows the database ${replica.database}, not ${primary.database}`;
  if (areOther(replica.cluster, primary.cluster)) return 'is a standby of another server';
  if (areOther(replica.timeline, primary.timeline)) return 'has not followed the failover to a new primary yet';
  return null;
}

function areOther<T>(one: T | null, other: T | null): boolean {
  return one !== null && other !== null && one !== other;
}
