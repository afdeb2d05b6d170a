import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { RecallClass, RecallStatus } from '../schema/enums.ts';
import { DateTime, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'recall' })
@ObjectType('Recall', {
  simpleResolvers: true,
  description:
    'Lots of a product that must not be used, at every location. While it is ACTIVE, and after it was closed without release, not one unit of them leaves.',
})
export class Recall {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: "The manufacturer's or the authority's number." })
  @Column('text')
  readonly reference!: string;

  @Field(() => RecallClass)
  @Column({ type: 'enum', enum: RecallClass })
  readonly recallClass!: RecallClass;

  @Field(() => RecallStatus)
  @Column({ type: 'enum', enum: RecallStatus })
  readonly status!: RecallStatus;

  @Field(() => String)
  @Column('text')
  readonly reason!: string;

  @Field(() => String, { description: 'Who told of it.' })
  @Column('text')
  readonly source!: string;

  @Column('uuid')
  readonly productId!: string;

  @Field(() => [String], { description: 'As told. None: every lot of the product.' })
  @Column('text', { array: true })
  readonly lotNumbers!: readonly string[];

  @Column('text', { array: true })
  readonly lotNumberKeys!: readonly string[];

  @Column('uuid', { name: 'issued_by' })
  readonly issuedById!: string;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly issuedAt!: Date;

  @Column('uuid', { name: 'closed_by', nullable: true })
  readonly closedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly closedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'How it ended.' })
  @Column('text', { nullable: true })
  readonly resolution!: string | null;

  @Field(() => Boolean, { description: 'Whether its lots were given free when it was closed.' })
  @Column('boolean')
  readonly released!: boolean;
}
