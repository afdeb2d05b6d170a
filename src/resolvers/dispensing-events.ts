import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { listDispensingEvents } from '../domain/analytics/list-dispensing-events.ts';
import { recordDispensingEvents } from '../domain/analytics/record-dispensing-events.ts';
import { reverseDispensingEvents } from '../domain/analytics/reverse-dispensing-events.ts';
import { DispensingEvent } from '../entities/dispensing-event.ts';
import { DispensingEventConnection } from '../schema/connections.ts';
import {
  DispensingEventInput,
  DispensingEventsPayload,
  ReverseDispensingEventsInput,
} from '../schema/dispensing-event-inputs.ts';
import { DispensingEventFilter } from '../schema/filters.ts';
import { DateTime } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class DispensingEventQueries {
  @Query(() => DispensingEventConnection, {
    description: "Of the caller's locations and their outside pharmacies, newest first.",
  })
  dispensingEvents(
    @Arg('filter', () => DispensingEventFilter, { nullable: true }) filter: DispensingEventFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listDispensingEvents(ctx.db, signedIn(ctx).actor, filter ?? {}, { first, after });
  }
}

export function receiveEvents(events: DispensingEventInput[], ctx: Context) {
  return inTransaction(signedIn(ctx), (tx) => recordDispensingEvents(tx, events));
}

@Resolver()
export class DispensingEventMutations {
  @Mutation(() => DispensingEventsPayload, {
    description:
      'Takes in what pharmacies have dispensed in another system: at most 1,000 events, late, doubled and in any order. Bad rows are refused by index, the others are taken.',
  })
  async recordDispensingEvents(
    @Arg('events', () => [DispensingEventInput]) events: DispensingEventInput[],
    @Ctx() ctx: Context,
  ) {
    return receiveEvents(events, ctx);
  }

  @Mutation(() => DispensingEventsPayload, {
    description: "Takes events of a pharmacy back, by the sender's own ids. Unknown ones are refused by index.",
  })
  async reverseDispensingEvents(
    @Arg('input', () => ReverseDispensingEventsInput) input: ReverseDispensingEventsInput,
    @Ctx() ctx: Context,
  ) {
    return inTransaction(signedIn(ctx), (tx) => reverseDispensingEvents(tx, input));
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
