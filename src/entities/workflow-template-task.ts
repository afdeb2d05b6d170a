import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Id } from '../schema/scalars.ts';

@Entity({ schema: 'workflow', name: 'workflow_template_task' })
@ObjectType('WorkflowTemplateTask', { simpleResolvers: true, description: 'One task of a template.' })
export class WorkflowTemplateTask {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly templateId!: string;

  @Field(() => Int, { description: 'From 1.' })
  @Column('integer')
  readonly position!: number;

  @Field(() => String)
  @Column('text')
  readonly name!: string;

  @Field(() => String, { description: 'Who does it, in the words of the older system.' })
  @Column('text')
  readonly role!: string;

  @Field(() => Int, { nullable: true })
  @Column('integer', { nullable: true })
  readonly expectedMinutes!: number | null;
}
