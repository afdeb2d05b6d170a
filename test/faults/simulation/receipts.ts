/** Transfers that arrive: whole, damaged, lost in part, or told of wrongly. */
import { receiveTransfer } from '../../../src/domain/transfers/receive-transfer.ts';
import { someTransfer } from './transfers.ts';
import { newKey } from '../../clinic.ts';
import { newBatch } from './deliveries.ts';
import { known, lotOf, productOf, type Batch, type Model, type Transfer, type TransferLine } from './model.ts';
import { move, settle, touch, whyUnusable } from './rules.ts';
import { calls, mayAt, short, somebody, type Kind, type Made, type Scene, type Step } from './scene.ts';
import { shown } from './units.ts';
import { someWitness } from './shelf.ts';

export const receiptKinds: readonly Kind[] = [{ weight: 4, make: receive }];

interface Receipt {
  readonly lineId: string;
  readonly received: bigint;
  readonly damaged: bigint;
  readonly lost: bigint;
}

function receive(scene: Scene): Step | null {
  const { random, world } = scene;
  const transfer = someTransfer(scene, 'IN_TRANSIT');
  if (transfer === null) return null;
  const actor = somebody(scene);
  const witness = someWitness(scene);
  const receipts = transfer.lines.map(({ id, requested }): Receipt => {
    const damaged = random.chance(0.2) ? requested / 2n : 0n;
    const lost = random.chance(0.15) ? requested - damaged : 0n;
    const wrong = random.chance(0.05) ? 1n : 0n;
    return { lineId: id, received: requested - damaged - lost + wrong, damaged, lost };
  });
  const input = {
    ...{ idempotencyKey: newKey(), transferId: transfer.id, witness },
    lines: receipts.map(({ lineId, received, damaged, lost }) => ({
      ...{ lineId, received: shown(received), damaged: shown(damaged), lost: shown(lost), note: 'seen' },
    })),
  };
  return {
    words: `receive transfer ${short(transfer.id)}: ${receipts.map(({ received, damaged, lost }) => [received, damaged, lost].map(shown).join('/')).join(', ')}${witness === null ? ', unwitnessed' : ''}`,
    about: [transfer.id, ...transfer.lines.map(({ batchId }) => batchId)],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => {
      const result = await receiveTransfer(tx, input);
      const homes = await tx.sql<{ id: string; at: Date }>(
        `SELECT s.id, s.received_at AS at FROM inventory.inventory_transfer_line l JOIN inventory.stock s ON s.id = l.destination_stock_id
         WHERE l.transfer_id = $1 ORDER BY l.position`,
        [transfer.id],
      );
      return { ...result, home: homes.map(({ id }) => id), homeAt: homes.map(({ at }) => String(at.getTime())) };
    }),
    play: (model, made) => {
      const now = known(model.transfers, transfer.id);
      if (!mayAt(actor, now.to)) return 'FORBIDDEN';
      if (now.status !== 'IN_TRANSIT') return 'INVALID_STATUS_TRANSITION';
      const isShort = ({ damaged, lost }: Receipt) => damaged + lost > 0n;
      const needsWitness = now.lines.some(
        (line, index) =>
          productOf(model, known(model.batches, line.batchId)).isScheduled &&
          receipts.slice(index, index + 1).some(isShort),
      );
      if (needsWitness && witness === null) return 'WITNESS_REQUIRED';
      const isOff = ({ received, damaged, lost }: Receipt, index: number) =>
        received + damaged + lost !== now.lines[index]?.shipped;
      if (receipts.some(isOff)) return 'TRANSFER_UNBALANCED';
      for (const [index, line] of now.lines.entries()) arrive(model, now, line, receipts[index], made, index);
      now.status = 'RECEIVED';
      touch(model, now);
      return 'done';
    },
  };
}

/** All comes in, and what is damaged or lost goes out again: nothing of it is free in between. */
function arrive(
  model: Model,
  transfer: Transfer,
  line: TransferLine,
  receipt: Receipt | undefined,
  made: Made,
  index: number,
): void {
  if (receipt === undefined) return;
  const { received, damaged, lost } = receipt;
  const batch = known(model.batches, line.batchId);
  const old = [...model.batches.values()].find(({ placeId, code }) => placeId === transfer.to && code === batch.code);
  const isNew = old === undefined || old.status === 'CLOSED';
  const home = isNew ? makeHome(model, transfer, batch, old, made, index) : old;
  move(model, home, 'TRANSFER_IN', 'ON_HAND', line.shipped ?? 0n);
  move(model, home, 'WASTE', 'ON_HAND', -damaged);
  move(model, home, 'WASTE', 'ON_HAND', -lost);
  settle(model, home, received);
  if (isNew && received > 0n && whyUnusable(lotOf(model, home)) !== null) home.status = 'QUARANTINED';
  Object.assign(line, { received, damaged, lost });
}

/** Of the same batch; one that is closed there gets a sibling, which stands where it stood. */
function makeHome(
  model: Model,
  { to }: Transfer,
  batch: Batch,
  old: Batch | undefined,
  made: Made,
  index: number,
): Batch {
  const facts = {
    ...{ placeId: to, unitCost: batch.unitCost, storageUnitId: old?.storageUnitId ?? null, zone: old?.zone ?? null },
    code: old === undefined ? batch.code : null,
  };
  const home = newBatch(made['home']?.[index] ?? '', lotOf(model, batch), facts, Number(made['homeAt']?.[index] ?? 0));
  home.status = 'LIVE';
  model.batches.set(home.id, home);
  return home;
}
