import { Field, ObjectType } from 'type-graphql';
import { DateTime, Decimal } from './scalars.ts';

@ObjectType('PlatformListing', {
  simpleResolvers: true,
  description: 'An offer of a batch on a sales platform; over once delistedAt is set.',
})
export class PlatformListing {
  @Field(() => String)
  readonly platform!: string;

  @Field(() => DateTime)
  readonly listedAt!: string;

  @Field(() => Decimal, { nullable: true, description: 'Of one stock unit.' })
  readonly price?: string | null;

  @Field(() => DateTime, { nullable: true })
  readonly delistedAt?: string | null;

  @Field(() => String, { nullable: true })
  readonly url?: string | null;
}
