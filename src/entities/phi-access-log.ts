import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who has read data of which patient. */
@Entity({ schema: 'audit', name: 'phi_access_log' })
export class PhiAccessLog {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly actorId!: string;

  @Column('uuid')
  readonly patientId!: string;

  @Column('text')
  readonly operation!: string;

  @Column('text')
  readonly requestId!: string;

  @Column('timestamptz')
  readonly accessedAt!: Date;
}
