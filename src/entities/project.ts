import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ProjectKind } from '../schema/enums.ts';
import { DateTime, Id } from '../schema/scalars.ts';

@Entity({ schema: 'workflow', name: 'project' })
@ObjectType('Project', { simpleResolvers: true, description: 'A piece of 3D work, as an older system had it.' })
export class Project {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String)
  @Column('text')
  readonly name!: string;

  @Field(() => ProjectKind)
  @Column({ type: 'enum', enum: ProjectKind })
  readonly kind!: ProjectKind;

  @Field(() => String, { description: 'In the words of the older system.' })
  @Column('text')
  readonly status!: string;

  @Field(() => Int)
  @Column('integer')
  readonly version!: number;

  @Column('uuid', { nullable: true })
  readonly patientId!: string | null;

  @Column('text', { nullable: true })
  readonly notes!: string | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly createdAt!: Date;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly updatedAt!: Date;
}
