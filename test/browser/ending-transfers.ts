import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { placeCalled, takeIn } from './prepared.ts';
import type { Stage } from './stage.ts';

const request = 'mutation ($input: RequestTransferInput!) { requestTransfer(input: $input) { transfer { id } } }';

export function endingTransfers(stage: () => Stage): void {
  test('a transfer is rejected with a reason, another is cancelled by who asked, and its units are free again', async () => {
    const batch = await takeIn(stage(), {
      ...{ place: 'Central Warehouse', product: 'Not sent by browser', lot: 'BROWSER-N', quantity: '10' },
    });
    const toLocationId = await placeCalled(stage(), 'Harbour Aesthetics');
    const asked = async () => {
      const input = {
        ...{ idempotencyKey: randomUUID(), fromLocationId: batch.locationId, toLocationId },
        lines: [{ stockId: batch.stockId, quantity: '4' }],
      };
      const { requestTransfer } = await stage().ask<{ requestTransfer: { transfer: { id: string } } }>(
        ...(['technician', request, { input }] as const),
      );
      return requestTransfer.transfer.id;
    };
    const manager = await stage().visit('manager', { path: `/transfers/${await asked()}` });
    await manager.getByRole('button', { name: 'Reject' }).click();
    const rejecting = manager.getByRole('dialog', { name: /^Reject/ });
    await rejecting.getByRole('button', { name: 'Reject' }).click();
    await rejecting.getByText('This is needed: it is kept with the record.').waitFor();
    await rejecting.getByRole('textbox', { name: 'Reason' }).fill('We need them ourselves.');
    await rejecting.getByRole('button', { name: 'Reject' }).click();
    await rejecting.waitFor({ state: 'detached' });
    await manager.getByText('We need them ourselves.').waitFor();
    expect(await manager.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    const id = await asked();
    await stage().ask(
      'manager',
      'mutation ($input: TransferActionInput!) { approveTransfer(input: $input) { transfer { id } } }',
      {
        input: { idempotencyKey: randomUUID(), transferId: id },
      },
    );
    const free = async () => {
      const { stock } = await stage().ask<{ stock: { available: string } }>(
        ...(['auditor', 'query ($id: ID!) { stock(id: $id) { available } }', { id: batch.stockId }] as const),
      );
      return stock.available;
    };
    expect(await free()).toBe('6');
    const page = await stage().visit('technician', { path: `/transfers/${id}` });
    await page.getByRole('button', { name: 'Cancel the transfer' }).click();
    const asking = page.getByRole('dialog', { name: /^Cancel the transfer/ });
    await asking.getByRole('button', { name: 'Cancel the transfer' }).click();
    await asking.waitFor({ state: 'detached' });
    expect(await free()).toBe('10');
  });
}
