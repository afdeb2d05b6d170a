import { Entity, PrimaryColumn } from 'typeorm';

/** A pharmacy's local day whose summary is to be counted anew: one row for each transaction that has written of it. */
@Entity({ schema: 'dpap', name: 'dirty_day' })
export class DirtyDay {
  @PrimaryColumn('uuid')
  readonly pharmacyId!: string;

  @PrimaryColumn('date')
  readonly date!: string;

  @PrimaryColumn('bigint')
  readonly version!: string;
}
