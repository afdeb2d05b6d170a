import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Id } from '../schema/scalars.ts';

@Entity({ schema: 'workflow', name: 'instruction_state' })
@ObjectType('InstructionState', {
  simpleResolvers: true,
  description: 'A state that the instructions of a project were in, and for how long.',
})
export class InstructionState {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly projectId!: string;

  @Field(() => String)
  @Column('text')
  readonly state!: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly previousState!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly instruction!: string | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly enteredAt!: Date;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly leftAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'Null while the project is still in it.' })
  @Column('integer', { nullable: true })
  readonly durationSeconds!: number | null;

  @Column('uuid', { name: 'changed_by', nullable: true })
  readonly changedById!: string | null;
}
