import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which row of ours a row of an older system became, and which runs made and last changed it. */
@Entity({ schema: 'ops', name: 'legacy_row' })
export class LegacyRow {
  @PrimaryColumn('text')
  readonly source!: string;

  @PrimaryColumn('text')
  readonly sourceTable!: string;

  @PrimaryColumn('text')
  readonly targetTable!: string;

  @PrimaryColumn('text')
  readonly legacyId!: string;

  @Column('uuid')
  readonly targetId!: string;

  @Column('bytea', { nullable: true })
  readonly contentHash!: Buffer | null;

  @Column('uuid')
  readonly madeBy!: string;

  @Column('uuid')
  readonly changedBy!: string;
}
