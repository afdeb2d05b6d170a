import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { RecallClass, RecallMatchKind, RecallMatchStatus } from '../schema/enums.ts';
import { DateTime, Id, Json } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'recall_match' })
@ObjectType('RecallMatch', {
  simpleResolvers: true,
  description:
    'A notice of the recall feed that may concern a product or lot held here. A person decides; that there is no match never means that something is safe.',
})
export class RecallMatch {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly noticeId!: string;

  @Field(() => RecallMatchKind)
  @Column({ type: 'enum', enum: RecallMatchKind })
  readonly kind!: RecallMatchKind;

  @Field(() => RecallMatchStatus)
  @Column({ type: 'enum', enum: RecallMatchStatus })
  readonly status!: RecallMatchStatus;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid', { nullable: true })
  readonly lotId!: string | null;

  @Field(() => Json, { description: 'What agrees: the codes, the words, and what was read of the notice.' })
  @Column('jsonb')
  readonly evidence!: Readonly<Record<string, unknown>>;

  @Column('uuid', { nullable: true })
  readonly recallId!: string | null;

  @Column('uuid', { name: 'decided_by', nullable: true })
  readonly decidedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was decided so.' })
  @Column('text', { nullable: true })
  readonly note!: string | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly createdAt!: Date;

  // Of the notice, as it was read last.
  @Field(() => String)
  readonly noticeNumber!: string;

  @Field(() => RecallClass, { description: 'CLASS_I while the notice is not classified yet.' })
  readonly recallClass!: RecallClass;

  @Field(() => String)
  readonly reason!: string;

  @Field(() => String)
  readonly productDescription!: string;

  @Field(() => String, { description: 'What the notice says of lots and expiry dates, word for word.' })
  readonly codeInfo!: string;
}
