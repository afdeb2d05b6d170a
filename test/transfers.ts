/** People at both ends and verbs for tests of transfers: from the clinic's own place to the other one. */
import type { Actor } from '../src/actor.ts';
import { approveTransfer } from '../src/domain/transfers/approve-transfer.ts';
import { cancelTransfer } from '../src/domain/transfers/cancel-transfer.ts';
import type { ReceivedLine } from '../src/domain/transfers/receipt.ts';
import { receiveTransfer, type ReceiveTransfer } from '../src/domain/transfers/receive-transfer.ts';
import { rejectTransfer } from '../src/domain/transfers/reject-transfer.ts';
import { requestTransfer, type RequestTransfer } from '../src/domain/transfers/request-transfer.ts';
import { shipTransfer } from '../src/domain/transfers/ship-transfer.ts';
import type { Tx } from '../src/db/in-transaction.ts';
import { newKey, type TestClinic } from './clinic.ts';

export interface LineState {
  readonly id: string;
  readonly stockId: string;
  readonly destinationStockId: string | null;
  readonly requested: string;
  readonly shipped: string | null;
  readonly received: string | null;
  readonly damaged: string | null;
  readonly lost: string | null;
  readonly inTransit: string;
  readonly money: string | null;
  readonly gross: string | null;
}

export class TransferTable {
  private constructor(
    private readonly clinic: TestClinic,
    /** At the source. */
    readonly manager: Actor,
    readonly technician: Actor,
    /** At the destination. */
    readonly receiver: Actor,
    readonly farManager: Actor,
    readonly witness: { readonly id: string },
  ) {}

  static async at(clinic: TestClinic): Promise<TransferTable> {
    const people = await Promise.all([
      clinic.actor(['MANAGER']),
      clinic.actor(['TECHNICIAN']),
      clinic.actor(['PHARMACIST'], [clinic.elsewhereId]),
      clinic.actor(['MANAGER'], [clinic.elsewhereId]),
      clinic.actor(['PHARMACIST']),
    ]);
    return new TransferTable(clinic, ...people);
  }

  /** Answers the transfer's id. */
  async request(
    lines: RequestTransfer['lines'],
    more: Partial<RequestTransfer> = {},
    actor = this.technician,
  ): Promise<string> {
    const { locationId: fromLocationId, elsewhereId: toLocationId } = this.clinic;
    const { transfer } = await this.clinic.as(actor, (tx) =>
      requestTransfer(tx, { idempotencyKey: newKey(), fromLocationId, toLocationId, lines, ...more }),
    );
    return transfer?.[0] ?? '';
  }

  readonly approving = (transferId: string) => (tx: Tx) =>
    approveTransfer(tx, { idempotencyKey: newKey(), transferId });
  readonly cancelling = (transferId: string) => (tx: Tx) =>
    cancelTransfer(tx, { idempotencyKey: newKey(), transferId });
  readonly shipping = (transferId: string) => (tx: Tx) => shipTransfer(tx, { idempotencyKey: newKey(), transferId });

  approve(transferId: string, actor = this.manager) {
    return this.clinic.as(actor, this.approving(transferId));
  }

  reject(transferId: string, actor = this.manager) {
    const input = { idempotencyKey: newKey(), transferId, reason: 'not now' };
    return this.clinic.as(actor, (tx) => rejectTransfer(tx, input));
  }

  cancel(transferId: string, actor = this.technician) {
    return this.clinic.as(actor, this.cancelling(transferId));
  }

  ship(transferId: string, actor = this.technician) {
    return this.clinic.as(actor, this.shipping(transferId));
  }

  /** All of it, but for what is said of the lines, by their position. */
  async receiving(
    transferId: string,
    told: readonly Partial<ReceivedLine>[] = [],
    more: Partial<ReceiveTransfer> = {},
  ) {
    const lines = (await this.lines(transferId)).map(({ id, shipped }, index) => ({
      ...{ lineId: id, received: shipped ?? '0' },
      ...told[index],
    }));
    return (tx: Tx) => receiveTransfer(tx, { idempotencyKey: newKey(), transferId, lines, ...more });
  }

  async receive(
    transferId: string,
    told: readonly Partial<ReceivedLine>[] = [],
    more: Partial<ReceiveTransfer> = {},
    actor = this.receiver,
  ) {
    return this.clinic.as(actor, await this.receiving(transferId, told, more));
  }

  /** Requested, approved and shipped; answers the transfer's id. */
  async shipped(lines: RequestTransfer['lines'], more: Partial<RequestTransfer> = {}): Promise<string> {
    const transferId = await this.request(lines, more);
    await this.approve(transferId);
    await this.ship(transferId);
    return transferId;
  }

  async status(transferId: string): Promise<string> {
    const row = await this.clinic.one<{ status: string }>(
      'SELECT status FROM inventory.inventory_transfer WHERE id = $1',
      [transferId],
    );
    return row.status;
  }

  async lines(transferId: string): Promise<LineState[]> {
    const plain = (name: string) => `trim_scale(${name}_quantity::numeric)::text AS "${name}"`;
    return this.clinic.all<LineState & Record<string, unknown>>(
      `SELECT id, stock_id AS "stockId", destination_stock_id AS "destinationStockId", ${['requested', 'shipped', 'received', 'damaged', 'lost'].map(plain).join(', ')},
         trim_scale(in_transit_quantity)::text AS "inTransit", trim_scale(purchase_price::numeric)::text AS money, trim_scale(gross_purchase_price::numeric)::text AS gross
       FROM inventory.inventory_transfer_line WHERE transfer_id = $1 ORDER BY position`,
      [transferId],
    );
  }

  /** The row that the transfer's first line came into. */
  async homeOf(transferId: string): Promise<string> {
    return (await this.lines(transferId))[0]?.destinationStockId ?? '';
  }
}
