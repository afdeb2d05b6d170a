import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ schema: 'workflow', name: 'state_analytics' })
@ObjectType('StateAnalytics', {
  simpleResolvers: true,
  description: 'How long the instructions of projects stay in a state.',
})
export class StateAnalytics {
  @Field(() => String)
  @PrimaryColumn('text')
  readonly state!: string;

  @Field(() => Int, { description: 'How often it was entered.' })
  @Column('integer')
  readonly transitions!: number;

  @Field(() => Float, { description: 'Over those that have left it; 0 where none has.' })
  @Column('double precision')
  readonly averageSeconds!: number;

  @Field(() => Float, { description: '95 of 100 have left it by then.' })
  @Column('double precision')
  readonly p95Seconds!: number;

  @Column('timestamptz')
  readonly countedAt!: Date;
}
