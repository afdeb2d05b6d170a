import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a batch stood, and when; the row without an end is where it stands now. */
@Entity({ schema: 'inventory', name: 'stock_position' })
export class StockPosition {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly stockId!: string;

  @Column('uuid', { nullable: true })
  readonly storageUnitId!: string | null;

  @Column('text', { nullable: true })
  readonly zone!: string | null;

  @Column('text', { nullable: true })
  readonly rack!: string | null;

  @Column('text', { nullable: true })
  readonly shelf!: string | null;

  @Column('text', { nullable: true })
  readonly bin!: string | null;

  @Column('timestamptz')
  readonly since!: Date;

  @Column('timestamptz', { nullable: true })
  readonly until!: Date | null;
}
