import { Field, ObjectType } from 'type-graphql';
import { TransactionType } from './enums.ts';
import { DateTime, Decimal } from './scalars.ts';

@ObjectType('PatientExposure', {
  simpleResolvers: true,
  description:
    'What a patient got of a lot in all: as dispensed, or from opened vials. Returned in full, it is not told.',
})
export class PatientExposure {
  readonly patientId!: string;

  @Field(() => Decimal)
  readonly quantity!: string;

  @Field(() => String, { description: 'The stock unit, or of opened vials the dose unit.' })
  readonly unit!: string;

  @Field(() => DateTime)
  readonly lastAt!: Date;

  @Field(() => TransactionType, { description: 'DISPENSE, or VIAL_OPENED for doses of opened vials.' })
  readonly via!: TransactionType;
}

@ObjectType('LotTrace', {
  simpleResolvers: true,
  description:
    'Where every unit of a lot came from and went to, in stock units, net of reversals: received + adjusted = onHand + defective + sample + inTransit + dispensed + sold + wasted + openedVials. What is wasted of an open vial is inside openedVials.',
})
export class LotTrace {
  readonly lotId!: string;

  @Field(() => Boolean, {
    description: "Whether it is of every location, as for PHARMACIST and MANAGER; else of the caller's own.",
  })
  readonly isWhole!: boolean;

  @Field(() => Decimal)
  readonly received!: string;

  @Field(() => Decimal, { description: 'Signed. Holds what came back without having been sold here.' })
  readonly adjusted!: string;

  @Field(() => Decimal)
  readonly onHand!: string;

  @Field(() => Decimal)
  readonly defective!: string;

  @Field(() => Decimal)
  readonly sample!: string;

  @Field(() => Decimal, {
    description: 'Of a trace that is not whole: what left these locations by transfer, less what came to them.',
  })
  readonly inTransit!: string;

  @Field(() => Decimal)
  readonly dispensed!: string;

  @Field(() => Decimal)
  readonly sold!: string;

  @Field(() => Decimal, { description: 'What was damaged or lost in a transfer too.' })
  readonly wasted!: string;

  @Field(() => Decimal)
  readonly openedVials!: string;
}
