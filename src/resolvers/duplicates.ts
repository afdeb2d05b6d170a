import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listDuplicates } from '../domain/people/list-duplicates.ts';
import { DuplicateCandidate } from '../entities/duplicate-candidate.ts';
import { Patient } from '../entities/patient.ts';
import { User } from '../entities/user.ts';
import { DuplicateCandidateConnection } from '../schema/connections.ts';
import { DuplicateStatus } from '../schema/enums.ts';
import type { Context } from './context.ts';

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
