import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import type { Result } from '../domain/claim.ts';
import { acknowledgeRecall } from '../domain/recalls/acknowledge-recall.ts';
import { closeRecall } from '../domain/recalls/close-recall.ts';
import { decideRecallMatch } from '../domain/recalls/decide-recall-match.ts';
import { issueRecall } from '../domain/recalls/issue-recall.ts';
import {
  AcknowledgeRecallInput,
  CloseRecallInput,
  DecideRecallMatchInput,
  IssueRecallInput,
  RecallMatchPayload,
  RecallPayload,
} from '../schema/recall-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { all, found, only } from './result.ts';

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

  @Mutation(() => RecallMatchPayload, {
    description: 'Confirms a match, which issues a recall, or dismisses it, which changes nothing else.',
  })
  async decideRecallMatch(
    @Arg('input', () => DecideRecallMatchInput) input: DecideRecallMatchInput,
    @Ctx() ctx: Context,
  ) {
    const result = await inTransaction(signedIn(ctx), (tx) => decideRecallMatch(tx, input));
    const [recallId] = all(result, 'recall');
    const [match, recall] = await Promise.all([
      found(ctx.loaders.recallMatches, only(result, 'match'), 'recall match'),
      recallId === undefined ? null : found(ctx.loaders.recalls, recallId, 'recall'),
    ]);
    return { match, recall };
  }
}

async function recallPayload({ loaders }: Context, result: Result) {
  return { recall: await found(loaders.recalls, only(result, 'recall'), 'recall') };
}
