import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Id, Json } from '../schema/scalars.ts';

@Entity({ schema: 'ops', name: 'migration_run' })
@ObjectType('MigrationRun', { simpleResolvers: true, description: 'One run of a migration from an older system.' })
export class MigrationRun {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'mdw, stock or csv.' })
  @Column('text')
  readonly source!: string;

  @Field(() => String, { description: 'full or incremental.' })
  @Column('text')
  readonly type!: string;

  @Field(() => Boolean)
  @Column('boolean')
  readonly dryRun!: boolean;

  @Field(() => String, { description: 'RUNNING, COMPLETED, FAILED or ROLLED_BACK.' })
  @Column('text')
  readonly status!: string;

  @Field(() => String, { nullable: true, description: 'The one it is in, or the one in which it stopped.' })
  @Column('text', { nullable: true })
  readonly phase!: string | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly startedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly finishedAt!: Date | null;

  @Field(() => Json, { description: 'By table: how many rows were read, added, updated, unchanged, refused, merged.' })
  @Column('jsonb')
  readonly counts!: Readonly<Record<string, unknown>>;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly error!: string | null;

  @Column('jsonb', { nullable: true })
  readonly watermark!: unknown;
}
