import { Field, ObjectType } from 'type-graphql';
import { StockStatus } from './enums.ts';
import { DateTime } from './scalars.ts';

@ObjectType('StatusChange', { simpleResolvers: true, description: 'One step in the life of a batch.' })
export class StatusChange {
  @Field(() => StockStatus, { nullable: true, description: 'Null for the first.' })
  readonly from?: StockStatus | null;

  @Field(() => StockStatus)
  readonly to!: StockStatus;

  @Field(() => DateTime)
  readonly at!: string;

  /** The user's id; the API answers the user. */
  readonly by?: string | null;

  @Field(() => String, { nullable: true })
  readonly reason?: string | null;
}
