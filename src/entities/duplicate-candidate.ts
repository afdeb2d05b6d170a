import { Field, Float, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DuplicateStatus } from '../schema/enums.ts';
import { DateTime, Id, Json } from '../schema/scalars.ts';

@Entity({ schema: 'people', name: 'duplicate_candidate' })
@ObjectType('DuplicateCandidate', {
  simpleResolvers: true,
  description: 'Two records that may be one person, with what speaks for it.',
})
export class DuplicateCandidate {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly leftId!: string;

  @Column('uuid')
  readonly rightId!: string;

  @Field(() => DuplicateStatus)
  @Column({ type: 'enum', enum: DuplicateStatus })
  readonly status!: DuplicateStatus;

  @Field(() => Float, { description: '0 to 1.' })
  @Column('numeric')
  readonly confidence!: string;

  @Field(() => Json, { description: 'Field by field how alike they are.' })
  @Column('jsonb')
  readonly evidence!: Readonly<Record<string, unknown>>;

  // Of a merge, that of the two that was chosen; which record stands for both follows from all merges that stand.
  @Column('uuid', { nullable: true })
  readonly keptId!: string | null;

  @Column('uuid', { name: 'decided_by', nullable: true })
  readonly decidedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was decided so.' })
  @Column('text', { nullable: true })
  readonly note!: string | null;

  @Column('timestamptz')
  readonly createdAt!: Date;

  // The migration that found or merged them.
  @Column('uuid', { nullable: true })
  readonly runId!: string | null;
}
