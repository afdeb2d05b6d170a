import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import type { Result } from '../domain/claim.ts';
import { acknowledgeRecall } from '../domain/recalls/acknowledge-recall.ts';
import { closeRecall } from '../domain/recalls/close-recall.ts';
import { issueRecall } from '../domain/recalls/issue-recall.ts';
import { AcknowledgeRecallInput, CloseRecallInput, IssueRecallInput, RecallPayload } from '../schema/recall-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';

@Resolver()
export class RecallMutations {
  @Mutation(() => RecallPayload, {
    description:
      'Blocks lots at every location at once: units into quarantine, reservations released, open vials stopped, every location told.',
  })
  async issueRecall(@Arg('input', () => IssueRecallInput) input: IssueRecallInput, @Ctx() ctx: Context) {
    return recallPayload(ctx, await inTransaction(signedIn(ctx), (tx) => issueRecall(tx, input)));
  }

  @Mutation(() => RecallPayload, { description: 'Once for each location; said again, the first word stands.' })
  async acknowledgeRecall(
    @Arg('input', () => AcknowledgeRecallInput) input: AcknowledgeRecallInput,
    @Ctx() ctx: Context,
  ) {
    return recallPayload(ctx, await inTransaction(signedIn(ctx), (tx) => acknowledgeRecall(tx, input)));
  }

  @Mutation(() => RecallPayload, { description: 'Resolves its alerts; with release its lots may be used again.' })
  async closeRecall(@Arg('input', () => CloseRecallInput) input: CloseRecallInput, @Ctx() ctx: Context) {
    return recallPayload(ctx, await inTransaction(signedIn(ctx), (tx) => closeRecall(tx, input)));
  }
}

async function recallPayload({ loaders }: Context, result: Result) {
  return { recall: await found(loaders.recalls, only(result, 'recall'), 'recall') };
}
