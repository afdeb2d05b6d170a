import { Field, InputType, ObjectType } from 'type-graphql';
import { Patient } from '../entities/patient.ts';
import { Json, LocalDate } from './scalars.ts';

const optional = { nullable: true } as const;

@InputType('PatientInput', {
  description: 'When a patient is changed, an absent field keeps its value and null clears it.',
})
export class PatientInput {
  @Field(() => String, { description: '1 to 255 characters.' })
  readonly firstName!: string;
  @Field(() => String, { description: '1 to 255 characters.' })
  readonly lastName!: string;
  @Field(() => LocalDate, { nullable: true, description: 'Not in the future.' })
  readonly birthDate?: string | null;
  @Field(() => String, { nullable: true, description: 'As recorded, at most 20 characters.' })
  readonly sex?: string | null;
  @Field(() => String, optional)
  readonly email?: string | null;
  @Field(() => String, { nullable: true, description: 'At most 50 characters.' })
  readonly phone?: string | null;
  @Field(() => String, { nullable: true, description: 'At most 1000 characters.' })
  readonly address?: string | null;
  @Field(() => Json, { nullable: true, description: 'An object.' })
  readonly insuranceInfo?: unknown;
  @Field(() => Json, { nullable: true, description: 'An object of ids by system name.' })
  readonly externalIds?: unknown;
}

@ObjectType('PatientPayload', { simpleResolvers: true })
export class PatientPayload {
  @Field(() => Patient)
  readonly patient!: Patient;
}
