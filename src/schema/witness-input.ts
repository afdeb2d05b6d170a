import { Field, InputType } from 'type-graphql';

@InputType('WitnessInput', {
  description:
    "A second person at the same screen: another active user, proved by that user's own password in the same call.",
})
export class WitnessInput {
  @Field(() => String)
  readonly email!: string;
  @Field(() => String)
  readonly password!: string;
}
