import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listAuditEntries } from '../domain/audit-trail.ts';
import { AuditEntry } from '../entities/audit-entry.ts';
import { User } from '../entities/user.ts';
import { AuditEntryConnection } from '../schema/connections.ts';
import { DateTime, Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class AuditQueries {
  @Query(() => AuditEntryConnection, {
    description: "Of the caller's locations and of what has no location, newest first.",
  })
  auditTrail(
    @Arg('entity', () => String, { nullable: true }) entity: string | null | undefined,
    @Arg('entityId', () => Id, { nullable: true }) entityId: string | null | undefined,
    @Arg('actorId', () => Id, { nullable: true }) actorId: string | null | undefined,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null | undefined,
    @Arg('to', () => DateTime, { nullable: true }) to: Date | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const filter = { entity, entityId, actorId, from, to };
    return listAuditEntries(ctx.db, signedIn(ctx).actor, filter, { first, after });
  }
}

@Resolver(() => AuditEntry)
export class AuditEntryFields {
  @FieldResolver(() => User, { nullable: true })
  actor(@Root() { actorId }: AuditEntry, @Ctx() { loaders }: Context) {
    return actorId === null ? null : loaders.users.load(actorId);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Whom it concerns, of the record of a user.' })
  user(@Root() { entity, entityId }: AuditEntry, @Ctx() { loaders }: Context) {
    return entity === 'user' ? loaders.users.load(entityId) : null;
  }

  @FieldResolver(() => Boolean, { description: 'Whether the entry is part of the sealed chain.' })
  sealed(@Root() { id }: AuditEntry, @Ctx() { loaders }: Context) {
    return loaders.sealedEntries.load(id);
  }
}
