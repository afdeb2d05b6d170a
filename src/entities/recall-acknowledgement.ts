import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'recall_acknowledgement' })
@ObjectType('RecallAcknowledgement', {
  simpleResolvers: true,
  description: 'A location that holds, held or awaits a recalled lot, and who has seen to it there.',
})
export class RecallAcknowledgement {
  @PrimaryColumn('uuid')
  readonly recallId!: string;

  @PrimaryColumn('uuid')
  readonly locationId!: string;

  @Column('timestamptz')
  readonly addedAt!: Date;

  @Column('uuid', { name: 'acknowledged_by', nullable: true })
  readonly acknowledgedById!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Null: nobody has yet.' })
  @Column('timestamptz', { nullable: true })
  readonly acknowledgedAt!: Date | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly note!: string | null;
}
