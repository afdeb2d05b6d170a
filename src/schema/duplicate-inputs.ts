import { Field, InputType, ObjectType } from 'type-graphql';
import { DuplicateCandidate } from '../entities/duplicate-candidate.ts';
import { Id } from './scalars.ts';

@InputType('MergePatientsInput', {
  description: 'keep is one of the two; the record that stands for it stands for both.',
})
export class MergePatientsInput {
  @Field(() => Id)
  readonly candidateId!: string;
  @Field(() => Id)
  readonly keep!: string;
}

@InputType('UnmergePatientsInput', { description: 'The pair is DISMISSED then.' })
export class UnmergePatientsInput {
  @Field(() => Id)
  readonly candidateId!: string;
  @Field(() => String, { description: '1 to 1,000 characters.' })
  readonly reason!: string;
}

@InputType('DismissDuplicateInput', { description: 'A pair that waits for a decision.' })
export class DismissDuplicateInput {
  @Field(() => Id)
  readonly candidateId!: string;
  @Field(() => String, { nullable: true, description: 'At most 1,000 characters.' })
  readonly reason?: string | null;
}

@ObjectType('DuplicatePayload', { simpleResolvers: true, description: 'The pair as it is now.' })
export class DuplicatePayload {
  @Field(() => DuplicateCandidate)
  readonly candidate!: DuplicateCandidate;
}
