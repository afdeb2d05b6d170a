import { Field, InputType } from 'type-graphql';

@InputType('WitnessInput', {
  description:
    "A second person at the same screen: another active user, proved in the same call by that user's own password (people of an identity provider: their witness PIN).",
})
export class WitnessInput {
  @Field(() => String)
  readonly email!: string;
  @Field(() => String)
  readonly password!: string;
}
