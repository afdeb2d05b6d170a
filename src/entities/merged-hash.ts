import { Column, Entity, PrimaryColumn } from 'typeorm';

/** By which hash analytics know a merged patient, and by which the one that is kept. */
@Entity({ schema: 'dpap', name: 'merged_hash' })
export class MergedHash {
  @PrimaryColumn('bytea')
  readonly hash!: Buffer;

  @Column('bytea')
  readonly keptHash!: Buffer;
}
