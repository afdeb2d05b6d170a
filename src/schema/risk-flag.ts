import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType('RiskFlag', { simpleResolvers: true, description: 'A rule of the risk model that applied.' })
export class RiskFlag {
  @Field(() => String)
  readonly rule!: string;

  @Field(() => Int, { description: 'What it adds to the score.' })
  readonly points!: number;

  @Field(() => String, { description: 'What the rule saw.' })
  readonly evidence!: string;
}
