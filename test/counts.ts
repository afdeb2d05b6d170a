/** People and counts for tests: two who count, a third who approves. */
import type { Actor } from '../src/actor.ts';
import { approveCount, type ApproveCount } from '../src/domain/counts/approve-count.ts';
import { cancelCount } from '../src/domain/counts/cancel-count.ts';
import { recordCount } from '../src/domain/counts/record-count.ts';
import { startCount, type StartCount } from '../src/domain/counts/start-count.ts';
import { submitCount } from '../src/domain/counts/submit-count.ts';
import { decreaseStock } from '../src/domain/stock/decrease-stock.ts';
import { newKey, type NewProduct, type NewStock, type TestClinic } from './clinic.ts';

export class CountTable {
  private constructor(
    private readonly clinic: TestClinic,
    readonly technician: Actor,
    readonly pharmacist: Actor,
    readonly manager: Actor,
    private readonly locationId: string,
  ) {}

  static async at(clinic: TestClinic, locationId = clinic.locationId): Promise<CountTable> {
    const people = await Promise.all([
      clinic.actor(['TECHNICIAN'], [locationId]),
      clinic.actor(['PHARMACIST'], [locationId]),
      clinic.actor(['MANAGER'], [locationId]),
    ]);
    return new CountTable(clinic, ...people, locationId);
  }

  /** A batch alone in a zone of its own, so that it can be counted by itself; the zone is its id. */
  async batch(quantity: string, product: NewProduct = {}, more: Partial<NewStock> = {}) {
    const { stockId, lotId } = await this.clinic.stock({
      productId: await this.clinic.product(product),
      quantity,
      ...more,
    });
    await this.into(stockId, [stockId]);
    return { stockId, lotId };
  }

  /** As told: it may have happened before. */
  sell(stockId: string, quantity: string, occurredAt: Date | null = null) {
    const order = { referenceType: 'order', referenceId: 'O-1' };
    return this.clinic.as(this.manager, (tx) =>
      decreaseStock(tx, { idempotencyKey: newKey(), stockId, quantity, ...order, occurredAt }),
    );
  }

  async into(zone: string, stockIds: readonly string[]): Promise<void> {
    await this.clinic.owner.query(
      `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
       UPDATE inventory.stock SET zone = $1 FROM said WHERE id = ANY($2::uuid[])`,
      [zone, stockIds],
    );
  }

  /** Answers the count's id. */
  async start(zone: string, more: Partial<StartCount> = {}): Promise<string> {
    const input = { locationId: this.locationId, zone, ...more };
    const { count } = await this.clinic.as(this.pharmacist, (tx) => startCount(tx, input));
    return count?.[0] ?? '';
  }

  async lineOf(countId: string, stockId: string): Promise<string> {
    const { id } = await this.clinic.one<{ id: string }>(
      'SELECT id FROM inventory.inventory_count_line WHERE count_id = $1 AND stock_id = $2',
      [countId, stockId],
    );
    return id;
  }

  async tell(countId: string, stockId: string, counted: string, by = this.technician): Promise<void> {
    const lines = [{ lineId: await this.lineOf(countId, stockId), counted }];
    await this.clinic.as(by, (tx) => recordCount(tx, { countId, lines }));
  }

  submit(countId: string, by = this.technician) {
    return this.clinic.as(by, (tx) => submitCount(tx, { idempotencyKey: newKey(), countId }));
  }

  approve(countId: string, more: Partial<ApproveCount> = {}, by = this.manager) {
    return this.clinic.as(by, (tx) => approveCount(tx, { idempotencyKey: newKey(), countId, ...more }));
  }

  cancel(countId: string, by = this.pharmacist) {
    return this.clinic.as(by, (tx) => cancelCount(tx, { idempotencyKey: newKey(), countId, reason: 'another day' }));
  }

  /** Started, counted by one and, where it differs too much, by another, and handed in. */
  async submitted(stockId: string, counted: string): Promise<string> {
    const countId = await this.start(stockId);
    await this.tell(countId, stockId, counted);
    await this.submit(countId);
    if ((await this.statusOf(countId)) === 'RECOUNTING') {
      await this.tell(countId, stockId, counted, this.pharmacist);
      await this.submit(countId);
    }
    return countId;
  }

  async statusOf(countId: string): Promise<string> {
    return (
      await this.clinic.one<{ status: string }>('SELECT status FROM inventory.inventory_count WHERE id = $1', [countId])
    ).status;
  }
}
