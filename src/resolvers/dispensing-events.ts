import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listDispensingEvents } from '../domain/analytics/list-dispensing-events.ts';
import { DispensingEvent } from '../entities/dispensing-event.ts';
import { DispensingEventConnection } from '../schema/connections.ts';
import { DispensingEventFilter } from '../schema/filters.ts';
import { DateTime } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class DispensingEventQueries {
  @Query(() => DispensingEventConnection, { description: "Of the caller's locations, newest first." })
  dispensingEvents(
    @Arg('filter', () => DispensingEventFilter, { nullable: true }) filter: DispensingEventFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listDispensingEvents(ctx.db, signedIn(ctx).actor, filter ?? {}, { first, after });
  }
}

@Resolver(() => DispensingEvent)
export class DispensingEventFields {
  @FieldResolver(() => Boolean, { description: 'False where it is not known.' })
  isInjection(@Root() { isInjection }: DispensingEvent): boolean {
    return isInjection ?? false;
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When the dispense was taken back.' })
  reversedAt(@Root() event: DispensingEvent, @Ctx() { loaders }: Context) {
    return loaders.reversedAtOfEvent.load(event.id);
  }
}
