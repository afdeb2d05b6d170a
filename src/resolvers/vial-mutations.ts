import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inGatedTransaction } from '../db/in-transaction.ts';
import type { Result } from '../domain/claim.ts';
import { closeVial } from '../domain/vials/close-vial.ts';
import { openVial } from '../domain/vials/open-vial.ts';
import { reverseVialUsage } from '../domain/vials/reverse-vial-usage.ts';
import { useVial } from '../domain/vials/use-vial.ts';
import type { Used } from '../domain/vials/write-use.ts';
import { recordWaste } from '../domain/waste/record-waste.ts';
import {
  CloseVialInput,
  OpenVialInput,
  RecordWasteInput,
  ReverseVialUsageInput,
  UseVialInput,
  VialPayload,
  WastePayload,
} from '../schema/vial-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { all, found, only } from './result.ts';
import { withAuthoriser, withWitness } from './witness-of.ts';

@Resolver()
export class VialMutations {
  @Mutation(() => VialPayload, { description: 'Takes one stock unit off the shelf and begins to draw from it.' })
  async openVial(@Arg('input', () => OpenVialInput) input: OpenVialInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const signed = await withAuthoriser(me, input);
    const hot = input.stockId ?? input.reservationId ?? `${input.locationId ?? ''}/${input.productId ?? ''}`;
    let written: Partial<Used> = {};
    const result = await inGatedTransaction(me, hot, (tx) =>
      openVial(tx, signed, (session) => (written = { session })),
    );
    return vialPayload(ctx, result, written);
  }

  @Mutation(() => VialPayload, { description: 'Draws doses for one patient.' })
  async useVial(@Arg('input', () => UseVialInput) input: UseVialInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const signed = await withAuthoriser(me, input);
    let written: Partial<Used> = {};
    const result = await inGatedTransaction(me, input.sessionId, (tx) =>
      useVial(tx, signed, (used) => (written = used)),
    );
    return vialPayload(ctx, result, written);
  }

  @Mutation(() => VialPayload, { description: 'Takes a use back, once.' })
  async reverseVialUsage(@Arg('input', () => ReverseVialUsageInput) input: ReverseVialUsageInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    return vialPayload(ctx, await inGatedTransaction(me, input.usageId, (tx) => reverseVialUsage(tx, witnessed)));
  }

  @Mutation(() => VialPayload, {
    description: 'Ends a vial and reconciles it: used, wasted and remaining make it whole.',
  })
  async closeVial(@Arg('input', () => CloseVialInput) input: CloseVialInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    return vialPayload(ctx, await inGatedTransaction(me, input.sessionId, (tx) => closeVial(tx, witnessed)));
  }

  @Mutation(() => WastePayload, { description: 'Writes units or doses off, with the reason and the cost.' })
  async recordWaste(@Arg('input', () => RecordWasteInput) input: RecordWasteInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    const hot = input.stockId ?? input.sessionId ?? '';
    return wastePayload(ctx, await inGatedTransaction(me, hot, (tx) => recordWaste(tx, witnessed)));
  }
}

/** What was just written is not read again. */
async function vialPayload({ loaders }: Context, result: Result, written: Partial<Used> = {}) {
  if (written.session !== undefined) loaders.openVials.prime(written.session.id, written.session);
  if (written.usage !== undefined) loaders.vialUsages.prime(written.usage.id, written.usage);
  const [usageId] = all(result, 'usage');
  const [wasteId] = all(result, 'waste');
  const [session, usage, waste] = await Promise.all([
    found(loaders.openVials, only(result, 'session'), 'open vial'),
    usageId === undefined ? null : loaders.vialUsages.load(usageId),
    wasteId === undefined ? null : loaders.wasteRecords.load(wasteId),
  ]);
  return { session, usage, waste };
}

async function wastePayload({ loaders }: Context, result: Result) {
  const [stockId] = all(result, 'stock');
  const [sessionId] = all(result, 'session');
  const [waste, stock, session] = await Promise.all([
    found(loaders.wasteRecords, only(result, 'waste'), 'waste record'),
    stockId === undefined ? null : loaders.stocks.load(stockId),
    sessionId === undefined ? null : loaders.openVials.load(sessionId),
  ]);
  return { waste, stock, session };
}
