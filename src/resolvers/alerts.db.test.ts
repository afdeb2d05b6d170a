import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertsOf, feedOf } from '../../test/alert-watch.ts';
import { answer, ask, walk } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { lastAudit } from '../../test/stock-watch.ts';
import type { Actor, Role } from '../actor.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { numberAlerts } from '../domain/alerts/number-alerts.ts';
import { settleAlerts, type Finding } from '../domain/alerts/settle-alerts.ts';

let clinic: TestClinic;
let manager: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER']);
});
afterAll(() => clinic.close());

const system = <T>(work: Parameters<typeof inTransaction<T>>[1]) => inTransaction(clinic.systemSession(), work);

async function raise(more: Partial<Finding> = {}): Promise<{ id: string; subject: string }> {
  const subject = randomUUID();
  const words = { title: 'A lot has expired', message: '5 vials are in quarantine.' };
  const finding: Finding = {
    ...{ type: 'EXPIRED', locationId: clinic.locationId, subject, severity: 'CRITICAL', ...words },
    ...more,
  };
  await system((tx) => settleAlerts(tx, { found: [finding] }));
  const { id } = await clinic.one<{ id: string }>('SELECT id FROM inventory.inventory_alert WHERE subject = $1', [
    finding.subject,
  ]);
  return { id, subject: finding.subject };
}

const page = `query ($filter: AlertFilter, $first: Int, $after: String) {
  page: alerts(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;

describe('the list', () => {
  const seenBy = async (actor: Actor, filter: object = {}, size = 2) =>
    (await walk<{ id: string }>(clinic, actor, page, size, { filter })).map(({ id }) => id);
  const newestFirst = async (condition: string) =>
    (
      await clinic.all<{ id: string }>(
        `SELECT id FROM inventory.inventory_alert WHERE ${condition} ORDER BY created_at DESC, id DESC`,
      )
    ).map(({ id }) => id);

  it('is of the own places, newest first, and of the organisation for whom it concerns', async () => {
    for (const locationId of [clinic.locationId, null, clinic.elsewhereId, clinic.locationId, null]) {
      await raise({ locationId, type: 'RECALL' });
    }
    const here = `location_id = '${clinic.locationId}'`;
    for (const role of ['ADMIN', 'MANAGER', 'PHARMACIST', 'AUDITOR'] as const) {
      expect(await seenBy(await clinic.actor([role]))).toEqual(await newestFirst(`${here} OR location_id IS NULL`));
    }
    for (const role of ['PROVIDER', 'TECHNICIAN'] as const) {
      expect(await seenBy(await clinic.actor([role]))).toEqual(await newestFirst(here));
    }
    const both = await clinic.actor(['TECHNICIAN'], [clinic.locationId, clinic.elsewhereId]);
    expect(await seenBy(both)).toEqual(await newestFirst('location_id IS NOT NULL'));
    expect(await seenBy(await clinic.actor(['TECHNICIAN'], []))).toEqual([]);
    expect(await seenBy(manager, { locationId: clinic.locationId })).toEqual(await newestFirst(here));
    expect(await seenBy(manager, { locationId: clinic.elsewhereId })).toEqual([]);
  });

  it('is narrowed by type, severity and status', async () => {
    await raise({ type: 'LOW_STOCK', severity: 'WARNING' });
    await raise({ type: 'OUT_OF_STOCK' });
    const { id } = await raise({ type: 'LOW_STOCK', severity: 'INFO' });
    await clinic.owner.query(
      `UPDATE inventory.inventory_alert SET status = 'RESOLVED', resolved_at = now() WHERE id = $1`,
      [id],
    );
    const seen = `(location_id = '${clinic.locationId}' OR location_id IS NULL)`;
    for (const [filter, condition] of [
      [{ type: ['LOW_STOCK', 'OUT_OF_STOCK'] }, `type IN ('LOW_STOCK', 'OUT_OF_STOCK')`],
      [{ severity: ['WARNING', 'INFO'] }, `severity IN ('WARNING', 'INFO')`],
      [{ status: ['OPEN', 'ACKNOWLEDGED'] }, `status <> 'RESOLVED'`],
      [{ status: ['RESOLVED'] }, `status = 'RESOLVED'`],
      [{ status: [], type: ['LOW_STOCK'], severity: ['INFO'] }, `type = 'LOW_STOCK' AND severity = 'INFO'`],
    ] as const) {
      const wanted = await newestFirst(`${seen} AND ${condition}`);
      expect(wanted).not.toEqual([]);
      expect(await seenBy(manager, filter)).toEqual(wanted);
    }
  });

  it('of what is not resolved is counted in the overview', async () => {
    const source = `query ($at: ID) { inventoryOverview(locationId: $at) { openAlerts } }`;
    const { inventoryOverview } = await answer<{ inventoryOverview: unknown }>(clinic, manager, source);
    const open = await newestFirst(`location_id = '${clinic.locationId}' AND status <> 'RESOLVED'`);
    expect(open.length).toBeGreaterThan(0);
    expect(inventoryOverview).toEqual({ openAlerts: open.length });
  });

  it('costs the same statements for forty alerts with all that they name as for one', async () => {
    const source = `query ($first: Int) { alerts(first: $first, filter: { type: [EXPIRED] }) { nodes { id cursor title message createdAt
      location { code } product { name } lot { manufacturerLotNumber } stock { batchCode } acknowledgedBy { displayName } resolvedBy { displayName } } } }`;
    for (let i = 0; i < 40; i += 1) {
      const productId = await clinic.product();
      await raise({ productId, ...(await clinic.stock({ productId })) });
    }
    await clinic.owner.query(
      `UPDATE inventory.inventory_alert SET acknowledged_by = $1, acknowledged_at = now(), resolved_by = $1 WHERE type = 'EXPIRED'`,
      [manager.id],
    );
    const counts = [];
    for (const first of [1, 40]) {
      const { result, statements } = await countStatements(() =>
        answer<{ alerts: { nodes: readonly { stock: unknown }[] } }>(clinic, manager, source, { first }),
      );
      expect(result.alerts.nodes.filter(({ stock }) => stock !== null)).toHaveLength(first);
      counts.push(statements.length);
    }
    // The page; locations, products, lots, stock, users.
    expect(counts).toEqual([6, 6]);
  });
});

describe('the cursor', () => {
  const cursorOf = async (id: string) => {
    const source = `query { alerts(first: 200) { nodes { id cursor } } }`;
    const { alerts } = await answer<{ alerts: { nodes: { id: string; cursor: string }[] } }>(clinic, manager, source);
    return alerts.nodes.find((alert) => alert.id === id)?.cursor;
  };

  it('is the alert’s last number; before it has one, the last that was given before it', async () => {
    await system(numberAlerts);
    const { head } = await clinic.one<{ head: string }>('SELECT max(seq)::text AS head FROM inventory.alert_feed');
    const { id, subject } = await raise({ severity: 'WARNING' });
    expect(await cursorOf(id)).toBe(head);
    await system(numberAlerts);
    expect(await cursorOf(id)).toBe(String(Number(head) + 1));
    await raise({ subject });
    expect(await cursorOf(id)).toBe(String(Number(head) + 1));
    await system(numberAlerts);
    expect(await cursorOf(id)).toBe(String(Number(head) + 2));
  });
});

describe('what people do', () => {
  const act = (verb: 'acknowledgeAlert' | 'resolveAlert') => async (actor: Actor, alertId: string, note?: string) => {
    const source = `mutation ($input: AlertActionInput!) { done: ${verb}(input: $input) { alert {
      status acknowledgedBy { id } acknowledgedAt resolvedBy { id } resolvedAt resolution } } }`;
    return ask<{ done: { alert: Record<string, unknown> } } | null>(clinic, actor, source, {
      input: { alertId, note },
    });
  };
  const acknowledge = act('acknowledgeAlert');
  const resolve = act('resolveAlert');

  it('acknowledge, then resolve, each with its audit row; the resolve is told', async () => {
    const { id, subject } = await raise();
    const technician = await clinic.actor(['TECHNICIAN']);
    expect((await acknowledge(technician, id, 'on my way')).data?.done.alert).toMatchObject({
      status: 'ACKNOWLEDGED',
      acknowledgedBy: { id: technician.id },
      resolvedBy: null,
    });
    expect(await lastAudit(clinic, id)).toEqual({
      ...{ action: 'acknowledgeAlert', actor_id: technician.id, before: { status: 'OPEN' } },
      ...{ after: { status: 'ACKNOWLEDGED' }, reason: 'on my way' },
    });
    expect((await resolve(manager, id, 'wasted')).data?.done.alert).toMatchObject({
      ...{ status: 'RESOLVED', resolution: 'wasted', resolvedBy: { id: manager.id } },
      ...{ acknowledgedBy: { id: technician.id } },
    });
    expect(await lastAudit(clinic, id)).toMatchObject({ action: 'resolveAlert', before: { status: 'ACKNOWLEDGED' } });
    expect(await feedOf(clinic, subject)).toEqual(['EXPIRED CRITICAL OPEN 1', 'EXPIRED CRITICAL RESOLVED 2']);
    await raise({ subject });
    expect(await alertsOf(clinic, subject)).toEqual(['EXPIRED CRITICAL RESOLVED silent']);
  });

  it('neither twice', async () => {
    const { id } = await raise();
    await acknowledge(manager, id);
    expect((await acknowledge(manager, id)).errors).toEqual(['INVALID_STATUS_TRANSITION done']);
    await resolve(manager, id);
    expect((await resolve(manager, id)).errors).toEqual(['INVALID_STATUS_TRANSITION done']);
    expect((await acknowledge(manager, id)).errors).toEqual(['INVALID_STATUS_TRANSITION done']);
  });

  it('nothing with what is elsewhere, or the organisation’s and not theirs to see: it is not there', async () => {
    const [elsewhere, ofAll] = [await raise({ locationId: clinic.elsewhereId }), await raise({ locationId: null })];
    for (const id of [elsewhere.id, randomUUID(), 'none']) {
      expect((await acknowledge(manager, id)).errors).toEqual(['NOT_FOUND done']);
      expect((await resolve(manager, id)).errors).toEqual(['NOT_FOUND done']);
    }
    expect((await acknowledge(await clinic.actor(['PROVIDER']), ofAll.id)).errors).toEqual(['NOT_FOUND done']);
    expect((await acknowledge(await clinic.actor(['PHARMACIST']), ofAll.id)).errors).toEqual([]);
    expect((await resolve(manager, ofAll.id)).errors).toEqual([]);
  });

  it('only by whom it is for', async () => {
    const { id } = await raise();
    for (const role of ['ADMIN', 'AUDITOR', 'ANALYST', 'SERVICE', 'PROVIDER', 'TECHNICIAN'] satisfies Role[]) {
      expect((await resolve(await clinic.actor([role]), id)).errors).toEqual(['FORBIDDEN done']);
    }
    expect((await acknowledge(manager, id, 'x'.repeat(1_001))).errors).toEqual(['BAD_USER_INPUT done']);
  });
});
