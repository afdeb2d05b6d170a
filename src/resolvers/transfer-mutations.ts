import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inGatedTransaction, inTransaction } from '../db/in-transaction.ts';
import type { Tx } from '../db/in-transaction.ts';
import type { Result } from '../domain/claim.ts';
import { approveTransfer } from '../domain/transfers/approve-transfer.ts';
import { cancelTransfer } from '../domain/transfers/cancel-transfer.ts';
import { receiveTransfer } from '../domain/transfers/receive-transfer.ts';
import { rejectTransfer } from '../domain/transfers/reject-transfer.ts';
import { requestTransfer } from '../domain/transfers/request-transfer.ts';
import { shipTransfer } from '../domain/transfers/ship-transfer.ts';
import {
  ReceiveTransferInput,
  RequestTransferInput,
  TransferActionInput,
  TransferPayload,
} from '../schema/transfer-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';
import { withWitness } from './witness-of.ts';

type Verb = (tx: Tx, input: TransferActionInput) => Promise<Result>;

@Resolver()
export class TransferMutations {
  @Mutation(() => TransferPayload, { description: 'Asks for units to be brought from one location to another.' })
  async requestTransfer(@Arg('input', () => RequestTransferInput) input: RequestTransferInput, @Ctx() ctx: Context) {
    return transferPayload(ctx, await inTransaction(signedIn(ctx), (tx) => requestTransfer(tx, input)));
  }

  @Mutation(() => TransferPayload, { description: 'The source agrees, by another person: the units are reserved.' })
  approveTransfer(@Arg('input', () => TransferActionInput) input: TransferActionInput, @Ctx() ctx: Context) {
    return act(ctx, input, approveTransfer);
  }

  @Mutation(() => TransferPayload, { description: 'The source does not agree: the request ends.' })
  rejectTransfer(@Arg('input', () => TransferActionInput) input: TransferActionInput, @Ctx() ctx: Context) {
    return act(ctx, input, rejectTransfer);
  }

  @Mutation(() => TransferPayload, {
    description:
      'Ends a transfer that is not shipped, by who asked for it or a MANAGER; what was reserved is given back.',
  })
  cancelTransfer(@Arg('input', () => TransferActionInput) input: TransferActionInput, @Ctx() ctx: Context) {
    return act(ctx, input, cancelTransfer);
  }

  @Mutation(() => TransferPayload, {
    description: 'The reserved units leave the source, with their share of the money.',
  })
  shipTransfer(@Arg('input', () => TransferActionInput) input: TransferActionInput, @Ctx() ctx: Context) {
    return act(ctx, input, shipTransfer);
  }

  @Mutation(() => TransferPayload, {
    description: 'The units arrive; what was damaged or lost is written off, with an alert at both ends.',
  })
  async receiveTransfer(@Arg('input', () => ReceiveTransferInput) input: ReceiveTransferInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    return transferPayload(ctx, await inGatedTransaction(me, input.transferId, (tx) => receiveTransfer(tx, witnessed)));
  }
}

async function act(ctx: Context, input: TransferActionInput, verb: Verb) {
  return transferPayload(ctx, await inGatedTransaction(signedIn(ctx), input.transferId, (tx) => verb(tx, input)));
}

async function transferPayload({ loaders }: Context, result: Result) {
  return { transfer: await found(loaders.transfers, only(result, 'transfer'), 'transfer') };
}
