import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Decimal } from '../schema/scalars.ts';

@Entity({ schema: 'ops', name: 'settings' })
@ObjectType('Settings', {
  simpleResolvers: true,
  description: 'One installation is one organisation; these are its settings.',
})
export class Settings {
  @PrimaryColumn('boolean')
  readonly id!: boolean;

  @Field(() => [Int], { description: 'Days before expiry at which an alert is raised and rises.' })
  @Column('integer', { array: true })
  readonly expiryHorizonDays!: readonly number[];

  @Field(() => Boolean, {
    description:
      "Whether this organisation's policy lets a vial serve several patients where its label says one. Without it a second patient needs an authoriser; vials opened before it changes keep to what was so then.",
  })
  @Column('boolean')
  readonly policyVialSharing!: boolean;

  @Field(() => Decimal, { description: '0 to 1: the share of a counted quantity by which a count may differ.' })
  @Column('numeric')
  readonly countToleranceShare!: string;

  @Field(() => String, { description: 'ISO 4217, such as "USD".' })
  @Column('text')
  readonly currency!: string;

  @Field(() => [String], {
    description: 'Get mails of critical alerts at once and a digest each day, of all locations, where mail is set up.',
  })
  @Column('text', { array: true })
  readonly alertEmails!: readonly string[];

  @Field(() => [String], {
    description:
      'Are told of each alert that is raised, rises or is resolved, of all locations, where webhooks are set up. Whole for ADMIN and AUDITOR; others see whose they are, without the path.',
  })
  @Column('text', { array: true })
  readonly webhookUrls!: readonly string[];

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
