import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Id, Json } from '../schema/scalars.ts';

@Entity({ schema: 'audit', name: 'audit_entry' })
@ObjectType('AuditEntry', {
  simpleResolvers: true,
  description: 'Who did what, when and why, with the state before and after. Never changed, never deleted.',
})
export class AuditEntry {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'What was changed: the name of its table.' })
  @Column('text')
  readonly entity!: string;

  @Field(() => Id)
  @Column('text')
  readonly entityId!: string;

  @Field(() => String, { description: "The mutation's name, as a rule." })
  @Column('text')
  readonly action!: string;

  @Column('uuid', { nullable: true })
  readonly actorId!: string | null;

  @Column('uuid', { nullable: true })
  readonly locationId!: string | null;

  @Field(() => Json, { nullable: true })
  @Column('jsonb', { nullable: true })
  readonly before!: unknown;

  @Field(() => Json, { nullable: true })
  @Column('jsonb', { nullable: true })
  readonly after!: unknown;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly reason!: string | null;

  @Field(() => String, { nullable: true, description: "As in the answer's x-request-id and in the logs." })
  @Column('text', { nullable: true })
  readonly requestId!: string | null;

  @Field(() => DateTime, { description: "The database's clock." })
  @Column('timestamptz')
  readonly occurredAt!: Date;
}
