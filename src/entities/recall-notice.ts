import { Column, Entity, PrimaryColumn } from 'typeorm';
import { RecallClass } from '../schema/enums.ts';

/** A notice of the recall feed, as it was read last. */
@Entity({ schema: 'inventory', name: 'recall_notice' })
export class RecallNotice {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('text')
  readonly noticeNumber!: string;

  /** Null: not classified yet. */
  @Column({ type: 'enum', enum: RecallClass, nullable: true })
  readonly recallClass!: RecallClass | null;

  @Column('text', { nullable: true })
  readonly feedStatus!: string | null;

  @Column('text')
  readonly reason!: string;

  @Column('text', { nullable: true })
  readonly firm!: string | null;

  @Column('text')
  readonly productDescription!: string;

  @Column('text')
  readonly codeInfo!: string;

  @Column('text', { array: true })
  readonly names!: readonly string[];

  @Column('text', { array: true })
  readonly productKeys!: readonly string[];

  @Column('text', { array: true })
  readonly lotKeys!: readonly string[];

  @Column('bytea')
  readonly contentHash!: Buffer;

  @Column('timestamptz')
  readonly firstSeenAt!: Date;

  @Column('timestamptz')
  readonly changedAt!: Date;
}
