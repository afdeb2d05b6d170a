import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last number of each kind of code. */
@Entity({ schema: 'inventory', name: 'sequence' })
export class Sequence {
  @PrimaryColumn('text')
  readonly name!: string;

  @Column('bigint')
  readonly currentValue!: string;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
