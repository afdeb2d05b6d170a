import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a row stood before a run of a migration changed it. */
@Entity({ schema: 'ops', name: 'legacy_before' })
export class LegacyBefore {
  @PrimaryColumn('uuid')
  readonly runId!: string;

  @PrimaryColumn('text')
  readonly targetTable!: string;

  @PrimaryColumn('uuid')
  readonly targetId!: string;

  @Column('jsonb')
  readonly content!: Readonly<Record<string, unknown>>;

  @Column('bytea', { nullable: true })
  readonly contentHash!: Buffer | null;

  @Column('uuid')
  readonly changedBy!: string;
}
