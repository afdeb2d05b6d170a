import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Id } from '../schema/scalars.ts';

@Entity({ schema: 'catalogue', name: 'vendor' })
@ObjectType('Vendor', { simpleResolvers: true, description: 'Who sells to us.' })
export class Vendor {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'Unique whatever its case and spacing.' })
  @Column('text')
  readonly name!: string;

  @Column({ type: 'text', nullable: true, insert: false, update: false })
  readonly nameKey!: string;

  @Column('timestamptz')
  readonly createdAt!: Date;
}
