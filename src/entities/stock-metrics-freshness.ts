import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: how fresh the view of stock metrics is. Written by its refresh alone. */
@Entity({ schema: 'inventory', name: 'stock_metrics_freshness' })
export class StockMetricsFreshness {
  @PrimaryColumn('boolean')
  readonly id!: true;

  @Column('timestamptz')
  readonly lastCalculatedAt!: Date;

  @Column('timestamptz')
  readonly refreshedAt!: Date;

  @Column('interval')
  readonly took!: string;
}
