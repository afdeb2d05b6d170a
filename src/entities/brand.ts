import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Id } from '../schema/scalars.ts';

@Entity({ schema: 'catalogue', name: 'brand' })
@ObjectType('Brand', { simpleResolvers: true, description: 'Under which name products are sold.' })
export class Brand {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'Unique whatever its case and spacing.' })
  @Column('text')
  readonly name!: string;

  @Column({ type: 'text', nullable: true, insert: false, update: false })
  readonly nameKey!: string;

  @Column('uuid', { nullable: true })
  readonly vendorId!: string | null;

  @Column('timestamptz')
  readonly createdAt!: Date;
}
