/** People and vials for tests of opened vials: 100 units of a batch for 400 each, usable for 24 hours. */
import type { Actor } from '../src/actor.ts';
import { closeVial, type CloseVial } from '../src/domain/vials/close-vial.ts';
import { openVial, type OpenVial } from '../src/domain/vials/open-vial.ts';
import { reverseVialUsage, type ReverseVialUsage } from '../src/domain/vials/reverse-vial-usage.ts';
import { useVial, type UseVial } from '../src/domain/vials/use-vial.ts';
import { recordWaste } from '../src/domain/waste/record-waste.ts';
import { newKey, type TestClinic } from './clinic.ts';

export interface Vial {
  readonly productId: string;
  readonly stockId: string;
  readonly lotId: string;
}

export class VialTable {
  private constructor(
    private readonly clinic: TestClinic,
    readonly provider: Actor,
    readonly pharmacist: Actor,
    readonly witness: { readonly id: string },
  ) {}

  static async at(clinic: TestClinic): Promise<VialTable> {
    const people = await Promise.all([
      clinic.actor(['PROVIDER']),
      clinic.actor(['PHARMACIST']),
      clinic.actor(['MANAGER']),
    ]);
    return new VialTable(clinic, ...people);
  }

  /** `facts` are columns of the product. */
  async vial(facts: Readonly<Record<string, unknown>> = {}, expiresOn = '2099-12-31'): Promise<Vial> {
    const productId = await this.clinic.product({ dosesPerStockUnit: '100' });
    for (const [column, value] of Object.entries({ dose_unit: 'unit', label_stability_hours: 24, ...facts })) {
      await this.clinic.owner.query(`UPDATE catalogue.product SET ${column} = $2 WHERE id = $1`, [productId, value]);
    }
    return { productId, ...(await this.clinic.stock({ productId, quantity: '5', unitCogs: '400', expiresOn })) };
  }

  /** Answers the session's id. */
  async open({ stockId }: { readonly stockId: string }, more: Partial<OpenVial> = {}, actor = this.provider) {
    const { session } = await this.clinic.as(actor, (tx) =>
      openVial(tx, { idempotencyKey: newKey(), stockId, ...more }),
    );
    return session?.[0] ?? '';
  }

  /** For a patient of its own unless said otherwise; answers the use's id. */
  async use(sessionId: string, doses: string, more: Partial<UseVial> = {}, actor = this.provider) {
    const patientId = more.patientId ?? (await this.clinic.patient());
    const { usage } = await this.clinic.as(actor, (tx) =>
      useVial(tx, { idempotencyKey: newKey(), sessionId, doses, ...more, patientId }),
    );
    return usage?.[0] ?? '';
  }

  takeBack(usageId: string, more: Partial<ReverseVialUsage> = {}) {
    const input = { idempotencyKey: newKey(), usageId, reason: 'wrong vial', ...more };
    return this.clinic.as(this.pharmacist, (tx) => reverseVialUsage(tx, input));
  }

  close(sessionId: string, more: Partial<CloseVial> = {}) {
    return this.clinic.as(this.provider, (tx) => closeVial(tx, { idempotencyKey: newKey(), sessionId, ...more }));
  }

  spill(sessionId: string, quantity: string) {
    const input = { idempotencyKey: newKey(), sessionId, quantity, reason: 'SPILLED' as const };
    return this.clinic.as(this.provider, (tx) => recordWaste(tx, input));
  }

  /** Its time is over since yesterday. */
  async letPass(sessionId: string): Promise<void> {
    await this.clinic.owner.query(
      `UPDATE inventory.open_vial_session SET opened_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE id = $1`,
      [sessionId],
    );
  }

  state(sessionId: string) {
    const doses = (name: string) => `trim_scale(${name}_doses::numeric)::text AS ${name}`;
    return this.clinic.one<Record<string, string>>(
      `SELECT status, ${doses('used')}, ${doses('wasted')}, ${doses('remaining')} FROM inventory.open_vial_session WHERE id = $1`,
      [sessionId],
    );
  }

  /** "55 unit SPILLED 220": quantity, unit, reason, cost. */
  async wastes(sessionId: string): Promise<string[]> {
    const rows = await this.clinic.all<{ line: string }>(
      `SELECT format('%s %s %s %s', trim_scale(quantity::numeric), unit, reason, trim_scale(cost::numeric)) AS line
       FROM inventory.waste_record WHERE session_id = $1 ORDER BY recorded_at`,
      [sessionId],
    );
    return rows.map(({ line }) => line);
  }
}
