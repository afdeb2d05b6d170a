import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { systemUserId, type Actor } from '../actor.ts';
import { Gate } from '../db/gate.ts';
import type { Session } from '../db/in-transaction.ts';

const system: Actor = { id: systemUserId, roles: [], locationIds: [], accessVersion: 1, isSystem: true };

/** Jobs take the same way as people's mutations, as the system, under a request id of their own. */
export function systemSession(db: DataSource, committed?: () => void): Session {
  return {
    db,
    gate: new Gate(),
    actor: system,
    requestId: uuid(),
    arrivedAt: performance.now(),
    ...(committed === undefined ? {} : { committed }),
  };
}
