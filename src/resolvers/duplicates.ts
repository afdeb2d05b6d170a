import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import type { Result } from '../domain/claim.ts';
import { dismissDuplicate, mergePatients, unmergePatients } from '../domain/people/decide-duplicate.ts';
import { listDuplicates } from '../domain/people/list-duplicates.ts';
import { DuplicateCandidate } from '../entities/duplicate-candidate.ts';
import { Patient } from '../entities/patient.ts';
import { User } from '../entities/user.ts';
import { DuplicateCandidateConnection } from '../schema/connections.ts';
import { DuplicateStatus } from '../schema/enums.ts';
import {
  DismissDuplicateInput,
  DuplicatePayload,
  MergePatientsInput,
  UnmergePatientsInput,
} from '../schema/duplicate-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';

@Resolver()
export class DuplicateQueries {
  @Query(() => DuplicateCandidateConnection, {
    description:
      'Pairs of records that may be one person, the surest first. PENDING: without pairs that other merges have made one record already.',
  })
  duplicateCandidates(
    @Arg('status', () => DuplicateStatus, { nullable: true }) status: DuplicateStatus | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { db }: Context,
  ) {
    return listDuplicates(db, status ?? null, { first, after });
  }
}

@Resolver(() => DuplicateCandidate)
export class DuplicateFields {
  @FieldResolver(() => Patient)
  left(@Root() { leftId }: DuplicateCandidate, @Ctx() { loaders }: Context) {
    return loaders.patients.load(leftId);
  }

  @FieldResolver(() => Patient)
  right(@Root() { rightId }: DuplicateCandidate, @Ctx() { loaders }: Context) {
    return loaders.patients.load(rightId);
  }

  @FieldResolver(() => User, { nullable: true, description: 'The system, where it was merged at once.' })
  decidedBy(@Root() { decidedById }: DuplicateCandidate, @Ctx() { loaders }: Context) {
    return decidedById === null ? null : loaders.users.load(decidedById);
  }
}

@Resolver()
export class DuplicateMutations {
  @Mutation(() => DuplicatePayload, {
    description: 'Makes one person of two records and of all that are one with either. Nothing is deleted.',
  })
  async mergePatients(@Arg('input', () => MergePatientsInput) input: MergePatientsInput, @Ctx() ctx: Context) {
    return payload(ctx, await inTransaction(signedIn(ctx), (tx) => mergePatients(tx, input)));
  }

  @Mutation(() => DuplicatePayload, {
    description:
      'As if the two had never been merged. Where other merged pairs still connect them they stay one person.',
  })
  async unmergePatients(@Arg('input', () => UnmergePatientsInput) input: UnmergePatientsInput, @Ctx() ctx: Context) {
    return payload(ctx, await inTransaction(signedIn(ctx), (tx) => unmergePatients(tx, input)));
  }

  @Mutation(() => DuplicatePayload, { description: 'They are two people. The pair is never proposed again.' })
  async dismissDuplicate(@Arg('input', () => DismissDuplicateInput) input: DismissDuplicateInput, @Ctx() ctx: Context) {
    return payload(ctx, await inTransaction(signedIn(ctx), (tx) => dismissDuplicate(tx, input)));
  }
}

async function payload({ loaders }: Context, result: Result) {
  return { candidate: await found(loaders.duplicateCandidates, only(result, 'candidate'), 'duplicate candidate') };
}
