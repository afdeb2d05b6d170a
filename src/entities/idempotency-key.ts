import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a mutation answered under a key: ids only. */
@Entity({ schema: 'ops', name: 'idempotency_key' })
export class IdempotencyKey {
  @PrimaryColumn('uuid')
  readonly actorId!: string;

  @PrimaryColumn('text')
  readonly mutation!: string;

  @PrimaryColumn('text')
  readonly key!: string;

  @Column('bytea')
  readonly inputHash!: Buffer;

  @Column('jsonb')
  readonly result!: unknown;

  @Column('timestamptz')
  readonly createdAt!: Date;
}
