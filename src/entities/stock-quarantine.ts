import { Column, Entity, PrimaryColumn } from 'typeorm';
import { QuarantineCause } from '../schema/enums.ts';

/** Why units of a batch are in quarantine: a cause ends without freeing what another one holds. */
@Entity({ schema: 'inventory', name: 'stock_quarantine' })
export class StockQuarantine {
  @PrimaryColumn('uuid')
  readonly stockId!: string;

  @PrimaryColumn({ type: 'enum', enum: QuarantineCause })
  readonly cause!: QuarantineCause;

  @PrimaryColumn('uuid')
  readonly reference!: string;

  @Column('numeric')
  readonly quantity!: string;

  @Column('timestamptz')
  readonly since!: Date;
}
