import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Seals that were made together, chained to those before by their hash. */
@Entity({ schema: 'audit', name: 'audit_block' })
export class AuditBlock {
  @PrimaryColumn('bigint')
  readonly block!: string;

  @Column('bigint')
  readonly firstSeq!: string;

  @Column('bigint')
  readonly lastSeq!: string;

  @Column('boolean')
  readonly complete!: boolean;

  @Column('smallint')
  readonly version!: number;

  @Column('bytea')
  readonly previous!: Buffer;

  @Column('bytea')
  readonly hash!: Buffer;

  @Column('timestamptz')
  readonly sealedAt!: Date;
}
