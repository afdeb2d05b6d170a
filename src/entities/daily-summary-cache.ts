import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MedicineCount } from '../schema/daily-summary.ts';

/** A pharmacy's local day in sums and counts, as its events gave them when they were last counted. */
@Entity({ schema: 'dpap', name: 'daily_summary_cache' })
export class DailySummaryCache {
  @PrimaryColumn('uuid')
  readonly pharmacyId!: string;

  @PrimaryColumn('date')
  readonly date!: string;

  @Column('integer')
  readonly totalPrescriptions!: number;

  @Column('integer')
  readonly totalOtc!: number;

  @Column('integer')
  readonly stgCompliant!: number;

  @Column('integer')
  readonly noneRiskCount!: number;

  @Column('integer')
  readonly lowRiskCount!: number;

  @Column('integer')
  readonly mediumRiskCount!: number;

  @Column('integer')
  readonly highRiskCount!: number;

  @Column('integer')
  readonly criticalRiskCount!: number;

  @Column('integer')
  readonly controlled!: number;

  @Column('integer')
  readonly overridden!: number;

  @Column('integer')
  readonly antibiotics!: number;

  @Column('integer')
  readonly accessAntibiotics!: number;

  @Column('integer')
  readonly named!: number;

  @Column('integer')
  readonly genericNamed!: number;

  @Column('integer')
  readonly encounters!: number;

  @Column('integer')
  readonly antibioticEncounters!: number;

  @Column('integer')
  readonly injectionEncounters!: number;

  @Column('integer')
  readonly timedEncounters!: number;

  @Column('bigint')
  readonly dispensingSeconds!: string;

  @Column('jsonb')
  readonly topMedicines!: readonly MedicineCount[];

  @Column('integer', { array: true })
  readonly hourlyDistribution!: readonly number[];

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
