/** A fridge of 2 to 8 °C with a grace of 5 minutes, batches that have stood in it for a month, and what is measured there. */
import type { Actor } from '../src/actor.ts';
import { recordTemperatures } from '../src/domain/cold-chain/record-temperatures.ts';
import { evaluateTemperaturesJob } from '../src/jobs/evaluate-temperatures.ts';
import { newKey, type NewStock, type TestClinic } from './clinic.ts';
import { handleJob, markFromOutbox } from './handle-job.ts';

const minute = 60_000;

export interface Measured {
  /** Minutes after the start. */
  readonly at: number;
  readonly celsius: string;
}

export class ColdRoom {
  /** Three days ago, on the hour: all that is measured lies in the past. */
  readonly start = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3 * 86_400_000);

  private constructor(
    readonly clinic: TestClinic,
    readonly technician: Actor,
    readonly pharmacist: Actor,
  ) {}

  static async at(clinic: TestClinic): Promise<ColdRoom> {
    return new ColdRoom(clinic, await clinic.actor(['TECHNICIAN']), await clinic.actor(['PHARMACIST']));
  }

  async fridge(limits: { min?: string; max?: string; grace?: number } = {}, locationId = this.clinic.locationId) {
    const id = newKey();
    await this.clinic.owner.query(
      `INSERT INTO inventory.storage_unit (id, location_id, name, min_celsius, max_celsius, grace_minutes) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, locationId, `Fridge ${id}`, limits.min ?? '2', limits.max ?? '8', limits.grace ?? 5],
    );
    return id;
  }

  /** 10 units of a product that bears so many minutes. */
  async batch(storageUnitId: string, budgetMinutes: number | null, more: Partial<NewStock> = {}) {
    const productId = more.productId ?? (await this.clinic.product({ dosesPerStockUnit: '10' }));
    await this.clinic.owner.query(
      `UPDATE catalogue.product SET excursion_budget_minutes = $2, label_stability_hours = 72, dose_unit = 'dose' WHERE id = $1`,
      [productId, budgetMinutes],
    );
    const stock = await this.clinic.stock({ ...more, productId });
    await this.stand(stock.stockId, storageUnitId, new Date(this.start.getTime() - 30 * 86_400_000));
    return { ...stock, productId };
  }

  /** It has stood there, and nowhere else, from that instant on. */
  async stand(stockId: string, storageUnitId: string, since: Date): Promise<void> {
    await this.clinic.owner.query('UPDATE inventory.stock SET storage_unit_id = $2 WHERE id = $1', [
      stockId,
      storageUnitId,
    ]);
    await this.clinic.owner.query('DELETE FROM inventory.stock_position WHERE stock_id = $1 AND until IS NOT NULL', [
      stockId,
    ]);
    await this.clinic.owner.query('UPDATE inventory.stock_position SET since = $2 WHERE stock_id = $1', [
      stockId,
      since,
    ]);
  }

  /** From where it stands to there, at that instant. */
  async move(stockId: string, storageUnitId: string, at: Date): Promise<void> {
    await this.clinic.owner.query('UPDATE inventory.stock SET storage_unit_id = $2 WHERE id = $1', [
      stockId,
      storageUnitId,
    ]);
    await this.clinic.owner.query(
      `UPDATE inventory.stock_position p SET since = CASE WHEN p.until IS NULL THEN $2 ELSE p.since END, until = CASE WHEN p.until IS NOT NULL THEN $2::timestamptz END
       WHERE stock_id = $1 AND (until IS NULL OR until = (SELECT since FROM inventory.stock_position WHERE stock_id = $1 AND until IS NULL))`,
      [stockId, at],
    );
  }

  at(minutes: number): Date {
    return new Date(this.start.getTime() + minutes * minute);
  }

  measure(storageUnitId: string, measured: readonly Measured[], actor = this.technician) {
    const readings = measured.map(({ at, celsius }) => ({ storageUnitId, celsius, measuredAt: this.at(at) }));
    return this.clinic.as(actor, (tx) => recordTemperatures(tx, readings));
  }

  /** What the outbox has left to be evaluated. */
  mark(): Promise<string[]> {
    return markFromOutbox(this.clinic, evaluateTemperaturesJob);
  }

  /** What the job does after the outbox was handed on. */
  async evaluate() {
    await this.mark();
    return handleJob(this.clinic, evaluateTemperaturesJob);
  }

  async told(storageUnitId: string, measured: readonly Measured[]) {
    await this.measure(storageUnitId, measured);
    return this.evaluate();
  }

  /** "CONSECUTIVE 10..45 35 min 8.5..9", minutes after the start; an end of "" is none. */
  async excursions(storageUnitId: string): Promise<string[]> {
    const minutesOf = (column: string) => `(extract(epoch FROM ${column} - $2::timestamptz) / 60)::integer`;
    const rows = await this.clinic.all<{ line: string }>(
      `SELECT format('%s %s..%s %s min %s..%s', kind, ${minutesOf('started_at')}, ${minutesOf('ended_at')}, minutes_out,
         trim_scale(min_celsius), trim_scale(max_celsius)) AS line
       FROM inventory.temperature_excursion WHERE storage_unit_id = $1 AND superseded_at IS NULL ORDER BY kind, started_at`,
      [storageUnitId, this.start],
    );
    return rows.map(({ line }) => line);
  }

  async excursionOf(stockId: string): Promise<string> {
    const { id } = await this.clinic.one<{ id: string }>(
      'SELECT id FROM inventory.temperature_excursion WHERE stock_id = $1 ORDER BY started_at DESC LIMIT 1',
      [stockId],
    );
    return id;
  }

  async alerts(): Promise<string[]> {
    const rows = await this.clinic.all<{ line: string }>(
      `SELECT format('%s %s %s', severity, status, subject) AS line FROM inventory.inventory_alert WHERE type = 'TEMPERATURE_EXCURSION' ORDER BY id`,
    );
    return rows.map(({ line }) => line);
  }
}

/** One every so many minutes from the start. */
export function every(minutes: number, ...celsius: readonly string[]): Measured[] {
  return celsius.map((value, index) => ({ at: index * minutes, celsius: value }));
}
