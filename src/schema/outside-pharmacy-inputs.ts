import { Field, InputType, ObjectType } from 'type-graphql';
import { OutsidePharmacy } from '../entities/outside-pharmacy.ts';
import { Id, Json } from './scalars.ts';

@InputType('OutsidePharmacyInput', { description: 'Without an id: a new one.' })
export class OutsidePharmacyInput {
  @Field(() => Id, { nullable: true })
  readonly id?: string | null;
  @Field(() => Id, { description: "One of the caller's: whoever works there sees its events and reviews its alerts." })
  readonly locationId!: string;
  @Field(() => String, { description: 'Unique, and no code of a location; 1 to 50 characters.' })
  readonly code!: string;
  @Field(() => String, { description: '1 to 100 characters.' })
  readonly name!: string;
  @Field(() => String, { description: 'An IANA name such as "America/New_York". Days of earlier events stay.' })
  readonly timeZone!: string;
  @Field(() => Json, { nullable: true, description: 'An object of ids by system name; absent keeps, null clears.' })
  readonly externalIds?: unknown;
}

@ObjectType('OutsidePharmacyPayload', { simpleResolvers: true })
export class OutsidePharmacyPayload {
  @Field(() => OutsidePharmacy)
  readonly outsidePharmacy!: OutsidePharmacy;
}
