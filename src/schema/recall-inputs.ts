import { Field, InputType, ObjectType } from 'type-graphql';
import { RecallMatch } from '../entities/recall-match.ts';
import { Recall } from '../entities/recall.ts';
import { RecallClass } from './enums.ts';
import { Id } from './scalars.ts';

const optional = { nullable: true } as const;
const key = { description: '16 to 255 characters; the same key with the same input answers with the first result.' };

@InputType('IssueRecallInput', {
  description:
    "The product by productId, ndc or gtin; several must be those of one product. Whatever the caller's locations, it is for all.",
})
export class IssueRecallInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => String, { description: "The manufacturer's or the authority's number, 1 to 100 characters." })
  readonly reference!: string;
  @Field(() => RecallClass)
  readonly recallClass!: RecallClass;
  @Field(() => String, { description: '1 to 2,000 characters.' })
  readonly reason!: string;
  @Field(() => String, { nullable: true, description: 'Who told of it, at most 255 characters.' })
  readonly source?: string | null;
  @Field(() => Id, optional)
  readonly productId?: string | null;
  @Field(() => String, { nullable: true, description: 'Of a package: with its hyphens, or 11 digits.' })
  readonly ndc?: string | null;
  @Field(() => String, optional)
  readonly gtin?: string | null;
  @Field(() => [String], {
    description: 'At most 1,000; case, spaces and hyphens do not matter. None: every lot of the product.',
  })
  readonly lotNumbers!: readonly string[];
}

@InputType('AcknowledgeRecallInput', { description: 'Somebody has looked at the location for the lots of the recall.' })
export class AcknowledgeRecallInput {
  @Field(() => Id)
  readonly recallId!: string;
  @Field(() => Id)
  readonly locationId!: string;
  @Field(() => String, { nullable: true, description: 'At most 1,000 characters.' })
  readonly note?: string | null;
}

@InputType('CloseRecallInput', { description: 'By a manager who works at every location.' })
export class CloseRecallInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly recallId!: string;
  @Field(() => String, { description: 'How it ended, 1 to 1,000 characters.' })
  readonly resolution!: string;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether its lots may be used again, where no other recall names them. Without, they stay blocked.',
  })
  readonly releaseLots?: boolean | null;
}

@InputType('DecideRecallMatchInput', {
  description: 'Confirming issues a recall; dismissing leaves everything as it is.',
})
export class DecideRecallMatchInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly matchId!: string;
  @Field(() => Boolean)
  readonly confirm!: boolean;
  @Field(() => [Id], {
    nullable: true,
    description: 'Which lots of its product it concerns: needed to confirm a match that names none, and only then.',
  })
  readonly lotIds?: readonly string[] | null;
  @Field(() => String, { nullable: true, description: 'Why, at most 1,000 characters.' })
  readonly note?: string | null;
}

@ObjectType('RecallPayload', { simpleResolvers: true, description: 'The recall as it is now.' })
export class RecallPayload {
  @Field(() => Recall)
  readonly recall!: Recall;
}

@ObjectType('RecallMatchPayload', {
  simpleResolvers: true,
  description: 'The match as it is now, and the recall that it has become.',
})
export class RecallMatchPayload {
  @Field(() => RecallMatch)
  readonly match!: RecallMatch;
  @Field(() => Recall, { nullable: true })
  readonly recall!: Recall | null;
}
