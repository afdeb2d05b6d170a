/**
 * Loaders for the payloads of one event, shared by the sockets whose people see the same: what belongs to an alert is read
 * once, not once for each of a hundred sockets. Never shared between events: what was read for one may be old at the next.
 */
import type { DataSource } from 'typeorm';
import type { Actor } from '../actor.ts';
import type { Loaders } from '../resolvers/loaders.ts';
import { BoundedMap } from './bounded-map.ts';

const events = 100;

export class SharedLoaders {
  readonly #byEvent = new BoundedMap<object, Map<string, Loaders>>(events);

  constructor(
    private readonly db: DataSource,
    private readonly createLoaders: (db: DataSource, actor: Actor | null) => Loaders,
  ) {}

  of(event: object, actor: Actor): Loaders {
    const byView = this.#byEvent.get(event) ?? new Map<string, Loaders>();
    this.#byEvent.set(event, byView);
    const view = JSON.stringify([actor.isSystem, actor.roles, actor.locationIds]);
    const loaders = byView.get(view) ?? this.createLoaders(this.db, actor);
    byView.set(view, loaders);
    return loaders;
  }

  /** They remember failures too. */
  forget(event: object): void {
    this.#byEvent.delete(event);
  }
}
