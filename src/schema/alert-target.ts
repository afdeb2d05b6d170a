import { Field, ObjectType } from 'type-graphql';
import { AlertTargetKind } from './enums.ts';
import { Id } from './scalars.ts';

@ObjectType({ simpleResolvers: true, description: 'What is to be opened to see to an alert.' })
export class AlertTarget {
  @Field(() => AlertTargetKind)
  readonly kind!: AlertTargetKind;

  @Field(() => Id)
  readonly id!: string;
}
