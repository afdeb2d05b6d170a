import { randomUUID } from 'node:crypto';
import type { Page, WebSocketRoute } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Stage } from './stage.ts';

/** A line to the server that can be cut, and mended. */
async function cuttable(page: Page): Promise<{ cut(): Promise<void>; mend(): void }> {
  const open = new Set<WebSocketRoute>();
  let isCut = false;
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (isCut) {
      void socket.close({ code: 1012 });
      return;
    }
    socket.connectToServer();
    open.add(socket);
  });
  return {
    async cut() {
      isCut = true;
      await Promise.all([...open].map((socket) => socket.close({ code: 1012 })));
      open.clear();
    },
    mend() {
      isCut = false;
    },
  };
}

async function recall(stage: Stage, lotNumber: string): Promise<void> {
  const { locations } = await stage.ask<{ locations: { id: string }[] }>('pharmacist', '{ locations { id } }');
  const intake = await stage.ask<{ intake: { product: { id: string } } }>(
    'pharmacist',
    'mutation ($input: IntakeInput!) { intake(input: $input) { product { id } } }',
    {
      input: {
        ...{
          idempotencyKey: randomUUID(),
          locationId: locations[0]?.id,
          manufacturerLotNumber: lotNumber,
          quantity: '4',
        },
        ...{ brandName: 'Example', productName: `Recalled ${lotNumber}`, category: 'Vaccine', stockUnit: 'vial' },
        ...{ vendorName: 'McKesson', cogsMode: 'FIXED', unitCogs: '1', paymentTerms: 'COD', expiresOn: '2031-01-31' },
      },
    },
  );
  await stage.ask('manager', 'mutation ($input: IssueRecallInput!) { issueRecall(input: $input) { recall { id } } }', {
    input: {
      ...{ idempotencyKey: randomUUID(), reference: `R-${lotNumber}`, recallClass: 'CLASS_I', reason: 'Particles' },
      ...{ productId: intake.intake.product.id, lotNumbers: [lotNumber] },
    },
  });
}

export function liveAlerts(stage: () => Stage): void {
  test('two people see an alert at once; who was cut off meanwhile sees it after the reconnect', async () => {
    const manager = await stage().visit('manager', { path: '/alerts' });
    const technician = await stage().visit('technician');
    const line = await cuttable(technician);
    await technician.goto(`${stage().url}/stock`);
    for (const page of [manager, technician]) await page.locator('[data-connection-sign="live"]').waitFor();
    await manager.getByRole('table', { name: 'Alerts' }).waitFor();
    const rows = manager.getByRole('row');
    const toasts = technician.getByRole('alert');

    await recall(stage(), 'LIVE-1');
    await rows.filter({ hasText: 'LIVE-1' }).first().waitFor();
    await toasts.filter({ hasText: 'LIVE-1' }).first().waitFor();
    expect(await manager.title()).toMatch(/^\(\d+\) Alerts/);

    await line.cut();
    await technician.locator('[data-connection="away"]').waitFor();
    await recall(stage(), 'LIVE-2');
    await rows.filter({ hasText: 'LIVE-2' }).first().waitFor();
    expect(await technician.getByText('LIVE-2').count()).toBe(0);

    line.mend();
    await toasts.filter({ hasText: 'LIVE-2' }).first().waitFor();
    await technician.locator('[data-connection="away"]').waitFor({ state: 'detached' });
    const told = await toasts.allInnerTexts();
    expect(new Set(told).size, 'nothing is told twice').toBe(told.length);

    await manager
      .getByRole('row')
      .filter({ hasText: 'LIVE-2' })
      .getByRole('button', { name: 'Acknowledge' })
      .first()
      .click();
    await manager.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await manager.getByRole('row').filter({ hasText: 'LIVE-2' }).getByText('Mara Manager is at it').waitFor();
  });
}
