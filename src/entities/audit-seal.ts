import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The number and the hash under which an audit row was sealed. */
@Entity({ schema: 'audit', name: 'audit_seal' })
export class AuditSeal {
  @PrimaryColumn('uuid')
  readonly entryId!: string;

  @Column('bigint')
  readonly seq!: string;

  @Column('bytea')
  readonly entryHash!: Buffer;
}
