/**
 * The demo's present: what people have under way, done by the verbs that they would use, after the history is written.
 * One scene a file; each leaves something to look at in a state that history alone does not show.
 */
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { systemUserId, type Actor, type Role } from '../actor.ts';
import { Gate } from '../db/gate.ts';
import { inTransaction, type Session, type Tx } from '../db/in-transaction.ts';
import { playCounts } from './demo-counts.ts';
import { playMigration } from './demo-migration.ts';
import { playOutside } from './demo-outside.ts';
import { playRecalls } from './demo-recalls.ts';
import { playTemperatures } from './demo-temperatures.ts';
import { playTransfers } from './demo-transfers.ts';
import { playVials } from './demo-vials.ts';
import { playWaste } from './demo-waste.ts';

const scenes: readonly ((day: DemoDay) => Promise<void>)[] = [
  playMigration,
  playVials,
  playWaste,
  playCounts,
  playTransfers,
  playTemperatures,
  playRecalls,
  playOutside,
];

export class DemoDay {
  readonly #gate = new Gate();
  /** Of the demo alone: what its patients have had is not known of them later. */
  readonly #patientKey = randomUUID();

  constructor(
    readonly db: DataSource,
    readonly ownerUrl: string,
  ) {}

  async play(): Promise<void> {
    for (const scene of scenes) await scene(this);
  }

  /** In a transaction of its own, by the demo's user of that role. */
  async as<T>(role: Role, work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(this.#session(await this.#actor(role)), work);
  }

  /** As a job would. */
  async asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(this.systemSession(), work);
  }

  systemSession(): Session {
    return this.#session({ id: systemUserId, roles: [], locationIds: [], accessVersion: 1, isSystem: true });
  }

  async user(role: Role): Promise<string> {
    return (await this.#actor(role)).id;
  }

  location(code: string): Promise<string> {
    return this.#id('SELECT id FROM people.location WHERE code = $1', code);
  }

  product(name: string): Promise<string> {
    return this.#id('SELECT id FROM catalogue.product WHERE name = $1', name);
  }

  /** The batch there of which most is free. */
  async stock(product: string, code: string): Promise<string> {
    const [row] = await this.db.query<{ id: string }[]>(
      `SELECT s.id FROM inventory.stock s WHERE s.product_id = $1 AND s.location_id = $2 AND s.status = 'LIVE'
       ORDER BY s.available_quantity DESC, s.id LIMIT 1`,
      [await this.product(product), await this.location(code)],
    );
    if (row === undefined) throw new Error(`The demo has no ${product} at ${code}`);
    return row.id;
  }

  /** Grown up ones, the oldest first: the same every time. */
  async patients(count: number): Promise<readonly string[]> {
    const rows = await this.db.query<{ id: string }[]>(
      'SELECT id FROM people.patient ORDER BY birth_date, id LIMIT $1',
      [count],
    );
    return rows.map(({ id }) => id);
  }

  #session(actor: Actor): Session {
    const [requestId, arrivedAt] = [uuid(), performance.now()];
    return { db: this.db, gate: this.#gate, requestId, arrivedAt, patientKey: this.#patientKey, actor };
  }

  async #actor(role: Role): Promise<Actor> {
    const [user] = await this.db.query<Omit<Actor, 'isSystem'>[]>(
      `SELECT u.id, u.roles, u.access_version AS "accessVersion",
         ARRAY(SELECT location_id::text FROM people.user_location WHERE user_id = u.id ORDER BY 1) AS "locationIds"
       FROM people."user" u WHERE u.email = lower($1) || '@demo.example'`,
      [role],
    );
    if (user === undefined) throw new Error(`The demo has no ${role}`);
    return { ...user, isSystem: false };
  }

  async #id(statement: string, name: string): Promise<string> {
    const [row] = await this.db.query<{ id: string }[]>(statement, [name]);
    if (row === undefined) throw new Error(`The demo has no ${name}`);
    return row.id;
  }
}
