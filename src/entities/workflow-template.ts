import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Id } from '../schema/scalars.ts';

@Entity({ schema: 'workflow', name: 'workflow_template' })
@ObjectType('WorkflowTemplate', { simpleResolvers: true, description: 'A kind of work, as a list of tasks.' })
export class WorkflowTemplate {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String)
  @Column('text')
  readonly name!: string;

  @Column('text', { nullable: true })
  readonly body!: string | null;

  @Column('text', { nullable: true })
  readonly state!: string | null;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
