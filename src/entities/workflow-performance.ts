import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ schema: 'workflow', name: 'workflow_performance' })
@ObjectType('WorkflowPerformance', { simpleResolvers: true, description: 'What came of the runs of a template.' })
export class WorkflowPerformance {
  @PrimaryColumn('uuid')
  readonly templateId!: string;

  @Field(() => Int)
  @Column('integer')
  readonly runs!: number;

  @Field(() => Int)
  @Column('integer')
  readonly completedRuns!: number;

  @Field(() => Float, { nullable: true })
  @Column('double precision', { nullable: true })
  readonly averageMinutes!: number | null;

  @Field(() => Float, { nullable: true, description: '0 to 1.' })
  @Column('double precision', { nullable: true })
  readonly onTimeRate!: number | null;
}
