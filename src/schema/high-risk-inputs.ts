/** Reviews of high-risk events. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { HighRiskAlert } from '../entities/high-risk-alert.ts';
import { ReviewDecision } from './enums.ts';
import { Id } from './scalars.ts';

@InputType('ReviewHighRiskInput')
export class ReviewHighRiskInput {
  @Field(() => Id)
  readonly alertId!: string;

  @Field(() => ReviewDecision)
  readonly decision!: ReviewDecision;

  @Field(() => String, { description: '1 to 2,000 characters.' })
  readonly notes!: string;
}

@ObjectType('HighRiskPayload', { simpleResolvers: true })
export class HighRiskPayload {
  @Field(() => HighRiskAlert)
  readonly alert!: HighRiskAlert;
}
