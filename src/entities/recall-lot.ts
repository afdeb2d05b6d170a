import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A lot that a recall names, from its issue on or since it came in. Append-only. */
@Entity({ schema: 'inventory', name: 'recall_lot' })
export class RecallLot {
  @PrimaryColumn('uuid')
  readonly recallId!: string;

  @PrimaryColumn('uuid')
  readonly lotId!: string;

  @Column('timestamptz')
  readonly addedAt!: Date;
}
