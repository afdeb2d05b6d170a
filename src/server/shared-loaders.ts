/**
 * Loaders for the payloads of one event, shared by the sockets whose people see the same: what belongs to an alert is read
 * once, not once for each of a hundred sockets. Never shared between events, nor for long: an event may be told again hours
 * later to who comes back, and what was read the first time is old by then.
 */
import type { DataSource } from 'typeorm';
import type { Actor } from '../actor.ts';
import type { Loaders } from '../resolvers/loaders.ts';
import { BoundedMap } from './bounded-map.ts';

const events = 100;
const freshMs = 1_000;

interface Shared {
  readonly until: number;
  readonly byView: Map<string, Loaders>;
}

export class SharedLoaders {
  readonly #byEvent = new BoundedMap<object, Shared>(events);

  constructor(
    private readonly db: DataSource,
    private readonly createLoaders: (db: DataSource, actor: Actor | null) => Loaders,
    private readonly now = () => performance.now(),
  ) {}

  of(event: object, actor: Actor): Loaders {
    const { byView } = this.#sharedBy(event);
    const view = JSON.stringify([actor.isSystem, actor.roles, actor.locationIds]);
    const loaders = byView.get(view) ?? this.createLoaders(this.db, actor);
    byView.set(view, loaders);
    return loaders;
  }

  #sharedBy(event: object): Shared {
    const known = this.#byEvent.get(event);
    if (known !== undefined && known.until > this.now()) return known;
    const shared = { until: this.now() + freshMs, byView: new Map<string, Loaders>() };
    this.#byEvent.set(event, shared);
    return shared;
  }

  /** They remember failures too. */
  forget(event: object): void {
    this.#byEvent.delete(event);
  }
}
