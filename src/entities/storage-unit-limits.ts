import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which limits of a storage unit were in force from when on. */
@Entity({ schema: 'inventory', name: 'storage_unit_limits' })
export class StorageUnitLimits {
  @PrimaryColumn('uuid')
  readonly storageUnitId!: string;

  @PrimaryColumn('timestamptz')
  readonly since!: Date;

  @Column('numeric')
  readonly minCelsius!: string;

  @Column('numeric')
  readonly maxCelsius!: string;

  @Column('integer')
  readonly graceMinutes!: number;
}
