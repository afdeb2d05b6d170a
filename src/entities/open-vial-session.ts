import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { StabilityRule, VialStatus } from '../schema/enums.ts';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'open_vial_session' })
@ObjectType('OpenVialSession', {
  simpleResolvers: true,
  description: 'An opened multi-dose vial, counted in the dose unit of its product, with a clock of its own.',
})
export class OpenVialSession {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly stockId!: string;

  @Column('uuid')
  readonly lotId!: string;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Field(() => VialStatus)
  @Column({ type: 'enum', enum: VialStatus })
  readonly status!: VialStatus;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly openedAt!: Date;

  @Column('uuid', { name: 'opened_by' })
  readonly openedById!: string;

  @Field(() => DateTime, {
    description: "The earliest of what the rule allows and the end of the lot's last day; not to be used from then on.",
  })
  @Column('timestamptz')
  readonly expiresAt!: Date;

  @Field(() => StabilityRule)
  @Column({ type: 'enum', enum: StabilityRule })
  readonly stabilityRule!: StabilityRule;

  @Field(() => DateTime, { nullable: true, description: 'By the hours of the label; null where it names none.' })
  @Column('timestamptz', { nullable: true })
  readonly labelExpiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "By the organisation's own hours; null where it has none." })
  @Column('timestamptz', { nullable: true })
  readonly policyExpiresAt!: Date | null;

  @Column('uuid', { name: 'authorised_by', nullable: true })
  readonly authorisedById!: string | null;

  @Field(() => Boolean, { description: 'The label says one patient; another one needs somebody who signs for it.' })
  @Column('boolean')
  readonly singlePatient!: boolean;

  @Field(() => Decimal, { description: 'In dose units: used, wasted and remaining make it, exactly.' })
  @Column('numeric')
  readonly initialDoses!: string;

  @Field(() => Decimal)
  @Column('numeric')
  readonly remainingDoses!: string;

  @Field(() => Decimal)
  @Column('numeric')
  readonly usedDoses!: string;

  @Field(() => Decimal)
  @Column('numeric')
  readonly wastedDoses!: string;

  @Column('numeric', { nullable: true })
  readonly unitCost!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly diluent!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'In mL.' })
  @Column('numeric', { nullable: true })
  readonly diluentMl!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly reconstitutedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly closedAt!: Date | null;
}
