import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { sealNext } from '../domain/audit-seal/seal-audit.ts';
import { beginning } from '../domain/audit-seal/unsealed.ts';
import { dispense } from '../domain/dispensing/dispense.ts';
import { answer, ask, walk, type PageOf } from '../../test/api.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';

let clinic: TestClinic;
let here: Actor;
let everywhere: Actor;
let auditor: Actor;
let productId: string;
let patientId: string;
let first: { stockId: string; lotId: string };
let far: { stockId: string; lotId: string };

beforeAll(async () => {
  clinic = await TestClinic.open();
  here = await clinic.actor(['PHARMACIST']);
  everywhere = await clinic.actor(['PHARMACIST'], [clinic.locationId, clinic.elsewhereId]);
  auditor = await clinic.actor(['AUDITOR']);
  productId = await clinic.product({ unitPrice: '20' });
  patientId = await clinic.patient();
  first = await clinic.stock({ productId, expiresOn: '2099-01-01', quantity: '6' });
  await clinic.stock({ productId, expiresOn: '2099-01-02', quantity: '10' });
  far = await clinic.stock({ productId, locationId: clinic.elsewhereId });
  for (let i = 0; i < 7; i += 1) await give(clinic.locationId, '1');
  await give(clinic.elsewhereId, '2');
});
afterAll(() => clinic.close());

function give(locationId: string, quantity: string) {
  const lines = [{ productId, quantity }];
  return clinic.as(everywhere, (tx) => dispense(tx, { idempotencyKey: newKey(), locationId, patientId, lines }));
}

const ids = (nodes: readonly { readonly id: string }[]) => nodes.map(({ id }) => id);

describe('the ledger', () => {
  const source = `query ($filter: TransactionFilter, $first: Int, $after: String) {
    page: inventoryTransactions(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const linesOf = async (condition: string, values: readonly unknown[] = []) =>
    ids(
      await clinic.all<{ id: string }>(
        `SELECT id FROM inventory.inventory_transaction WHERE ${condition} ORDER BY recorded_at DESC, id DESC`,
        values,
      ),
    );

  it('is walked newest first, of the own places only', async () => {
    const own = await linesOf('location_id = $1', [clinic.locationId]);
    expect(own).toHaveLength(9);
    for (const size of [1, 4, 200]) {
      expect(ids(await walk<{ id: string }>(clinic, here, source, size))).toEqual(own);
      expect(ids(await walk<{ id: string }>(clinic, everywhere, source, size))).toEqual(await linesOf('true'));
    }
  });

  it('is narrowed by each field of its filter', async () => {
    const found = async (filter: object) => ids(await walk<{ id: string }>(clinic, everywhere, source, 3, { filter }));
    expect(await found({ stockId: first.stockId })).toEqual(await linesOf('stock_id = $1', [first.stockId]));
    expect(await found({ lotId: far.lotId })).toEqual(await linesOf('lot_id = $1', [far.lotId]));
    expect(await found({ productId })).toEqual(await linesOf('true'));
    expect(await found({ productId: uuid() })).toEqual([]);
    expect(await found({ locationId: clinic.elsewhereId, type: ['INTAKE'] })).toHaveLength(1);
    expect(await found({ performedBy: everywhere.id, type: ['DISPENSE'] })).toHaveLength(8);
    const { at } = await clinic.one<{ at: string }>(
      `SELECT to_json(date_trunc('milliseconds', max(recorded_at)) + interval '1 ms') #>> '{}' AS at FROM inventory.inventory_transaction`,
    );
    expect(await found({ from: at })).toEqual([]);
    expect(await found({ to: at })).toHaveLength(11);
  });

  it('of a batch runs by its own numbers, last first, and adds up', async () => {
    const query = `query ($id: ID!, $first: Int, $after: String) { stock(id: $id) { page: transactions(first: $first, after: $after) {
      nodes { id type bucket quantityChange quantityBefore quantityAfter performedBy { id } stock { id } lot { id } product { id } location { code } }
      edges { cursor } pageInfo { hasNextPage endCursor } } } }`;
    type Line = { id: string; quantityBefore: string; quantityAfter: string };
    const lines: Line[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { stock }: { stock: { page: PageOf<Line> } } = await answer(clinic, here, query, {
        id: first.stockId,
        first: 2,
        after,
      });
      lines.push(...stock.page.nodes);
      expect(stock.page.edges?.at(-1)?.cursor).toBe(stock.page.pageInfo.endCursor);
      after = stock.page.pageInfo.endCursor;
      more = stock.page.pageInfo.hasNextPage;
    }
    const wanted = await clinic.all<{ id: string }>(
      'SELECT id FROM inventory.inventory_transaction WHERE stock_id = $1 ORDER BY ledger_seq DESC',
      [first.stockId],
    );
    expect(ids(lines)).toEqual(ids(wanted));
    expect(lines.map((line) => line.quantityAfter)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    lines.slice(0, -1).forEach((line, i) => {
      expect(line.quantityBefore).toBe(lines[i + 1]?.quantityAfter);
    });
    for (const after of ['garbage', 'WyJzdG9jay10cmFuc2FjdGlvbnMiLCItMSJd']) {
      expect((await ask(clinic, here, query, { id: first.stockId, after })).errors).toEqual([
        'BAD_USER_INPUT stock.page',
      ]);
    }
  });
});

describe('dispense records', () => {
  const source = `query ($patientId: ID, $productId: ID, $locationId: ID, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
    page: dispenseRecords(patientId: $patientId, productId: $productId, locationId: $locationId, from: $from, to: $to, first: $first, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }`;

  it('are walked newest first, of the own places only', async () => {
    const wanted = async (locationIds: readonly string[]) =>
      clinic.all<{ id: string }>(
        'SELECT id FROM inventory.dispense_record WHERE location_id = ANY($1::uuid[]) ORDER BY dispensed_at DESC, id DESC',
        [locationIds],
      );
    for (const size of [1, 3, 200]) {
      expect(await walk(clinic, here, source, size)).toEqual(await wanted(here.locationIds));
      expect(await walk(clinic, everywhere, source, size)).toEqual(await wanted(everywhere.locationIds));
    }
    expect(await walk(clinic, here, source, 9, { locationId: clinic.elsewhereId })).toEqual([]);
    expect(
      await walk(clinic, everywhere, source, 9, { patientId, productId, locationId: clinic.elsewhereId }),
    ).toHaveLength(1);
    expect(await walk(clinic, everywhere, source, 9, { patientId: uuid() })).toEqual([]);
    expect(await walk(clinic, everywhere, source, 9, { to: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await walk(clinic, everywhere, source, 9, { from: '2020-01-01T00:00:00Z' })).toHaveLength(8);
  });

  it('tell everything of a record, in few statements', async () => {
    const query = `{ dispenseRecords(first: 7) { nodes { quantity unitPrice reverses reversedBy product { id } location { code } patient { id ageGroup } provider { id }
      allocations { quantity unitCost stock { id onHand } lot { id } transaction { type quantityChange } }
      event { dispenseRecordId drugName isInjection riskCategory riskFlags { rule } reversedAt } id } } }`;
    type Row = { id: string; allocations: object[]; event: { dispenseRecordId: string } };
    const { result, statements } = await countStatements(() =>
      answer<{ dispenseRecords: { nodes: Row[] } }>(clinic, here, query),
    );
    expect(statements.length).toBeLessThanOrEqual(12);
    const { nodes } = result.dispenseRecords;
    expect(nodes).toHaveLength(7);
    for (const node of nodes) expect(node.event.dispenseRecordId).toBe(node.id);
    expect(nodes.at(-1)).toMatchObject({
      quantity: '1',
      unitPrice: '20',
      reversedBy: null,
      location: { code: 'HERE' },
      patient: { id: patientId, ageGroup: 'ADULT' },
      allocations: [
        {
          quantity: '1',
          unitCost: '5',
          stock: { id: first.stockId, onHand: '0' },
          transaction: { type: 'DISPENSE', quantityChange: '-1' },
        },
      ],
      event: { isInjection: false, riskFlags: [], reversedAt: null },
    });
  });

  it('one of elsewhere is null', async () => {
    const { id } = await clinic.one<{ id: string }>('SELECT id FROM inventory.dispense_record WHERE location_id = $1', [
      clinic.elsewhereId,
    ]);
    const query = 'query ($id: ID!) { dispenseRecord(id: $id) { id } }';
    expect(await answer(clinic, here, query, { id })).toEqual({ dispenseRecord: null });
    expect(await answer(clinic, everywhere, query, { id })).toEqual({ dispenseRecord: { id } });
    expect(await answer(clinic, everywhere, query, { id: 'x' })).toEqual({ dispenseRecord: null });
  });
});

test('dispensing events of the own places, newest first, by filter; an analyst may ask', async () => {
  const analyst = await clinic.actor(['ANALYST'], everywhere.locationIds);
  const source = `query ($filter: DispensingEventFilter, $first: Int, $after: String) {
    page: dispensingEvents(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const wanted = await clinic.all<{ id: string }>(
    'SELECT id FROM dpap.dispensing_event ORDER BY timestamp DESC, id DESC',
  );
  for (const size of [1, 3, 200]) expect(await walk(clinic, analyst, source, size)).toEqual(wanted);
  expect(await walk(clinic, here, source, 3)).toHaveLength(7);
  const found = async (filter: object) => (await walk(clinic, analyst, source, 3, { filter })).length;
  expect([
    await found({ pharmacyId: clinic.elsewhereId }),
    await found({ drugId: productId }),
    await found({ drugId: 'x' }),
  ]).toEqual([1, 8, 0]);
  expect([
    await found({ highRiskOnly: true }),
    await found({ riskCategory: ['NONE'] }),
    await found({ riskCategory: ['HIGH'] }),
  ]).toEqual([0, 8, 0]);
  expect((await ask(clinic, await clinic.actor(['TECHNICIAN']), source)).errors).toEqual(['FORBIDDEN page']);
});

test('the audit trail is walked newest first: of the own places and of what has none', async () => {
  const source = `query ($entity: String, $entityId: ID, $actorId: ID, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
    page: auditTrail(entity: $entity, entityId: $entityId, actorId: $actorId, from: $from, to: $to, first: $first, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }`;
  await clinic.owner.query(
    `INSERT INTO audit.audit_entry (id, entity, entity_id, action) VALUES ($1, 'settings', 'settings', 'test')`,
    [uuid()],
  );
  const wanted = await clinic.all<{ id: string }>(
    'SELECT id FROM audit.audit_entry WHERE location_id IS NULL OR location_id = $1 ORDER BY occurred_at DESC, id DESC',
    [clinic.locationId],
  );
  const { all } = await clinic.one<{ all: number }>('SELECT count(*)::integer AS all FROM audit.audit_entry');
  expect(wanted.length).toBeLessThan(all);
  for (const size of [1, 5, 200]) expect(await walk(clinic, auditor, source, size)).toEqual(wanted);
  expect(await walk(clinic, auditor, source, 50, { entity: 'settings', entityId: 'settings' })).toHaveLength(1);
  expect(await walk(clinic, auditor, source, 50, { actorId: everywhere.id })).toHaveLength(7);
  expect(await walk(clinic, auditor, source, 50, { to: '2020-01-01T00:00:00Z' })).toEqual([]);
  const newest = async () => {
    const trail = 'query ($id: ID) { auditTrail(actorId: $id, first: 1) { nodes { action actor { id } } } }';
    return (await answer<{ auditTrail: { nodes: object[] } }>(clinic, auditor, trail, { id: everywhere.id }))
      .auditTrail;
  };
  expect((await newest()).nodes).toEqual([{ action: 'dispense', actor: { id: everywhere.id } }]);
  expect((await ask(clinic, here, source)).errors).toEqual(['FORBIDDEN page']);
});

test('refused calls, which name no place, are told where their caller works: their figures are of there', async () => {
  const refusedTo = async (caller: Actor) => {
    const id = uuid();
    await clinic.owner.query(
      `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, after) VALUES ($1, 'refusal', 'dispense', 'INSUFFICIENT_INVENTORY', $2, '{"available": "3"}')`,
      [id, caller.id],
    );
    return id;
  };
  await refusedTo(await clinic.actor(['PHARMACIST'], [clinic.elsewhereId]));
  const told = [
    await refusedTo(here),
    await refusedTo(everywhere),
    await refusedTo(await clinic.actor(['ANALYST'], [])),
  ];
  const trail = '{ auditTrail(entity: "refusal") { nodes { id } } }';
  const { auditTrail } = await answer<{ auditTrail: { nodes: { id: string }[] } }>(clinic, auditor, trail, {});
  expect(ids(auditTrail.nodes)).toEqual(told.reverse());
});

test('an entry tells whether it is sealed, all of a page by one statement', async () => {
  const trail = 'query ($first: Int) { auditTrail(first: $first) { nodes { id sealed } } }';
  const page = async (first: number) =>
    (await answer<{ auditTrail: { nodes: { sealed: boolean }[] } }>(clinic, auditor, trail, { first })).auditTrail
      .nodes;
  expect((await page(200)).filter(({ sealed }) => sealed)).toEqual([]);
  await inTransaction(clinic.systemSession(), (tx) => sealNext(tx, beginning));
  await clinic.owner.query(
    `INSERT INTO audit.audit_entry (id, entity, entity_id, action) VALUES ($1, 'x', 'x', 'test')`,
    [uuid()],
  );
  const { result, statements } = await countStatements(() => page(5));
  expect(result.map(({ sealed }) => sealed)).toEqual([false, true, true, true, true]);
  expect(statements).toHaveLength(2);
});

test('the second mutation of a request answers with what it has made, not with what the first one read', async () => {
  const other = await clinic.product();
  await clinic.stock({ productId: other, quantity: '10' });
  const source = `mutation ($a: DispenseInput!, $b: DispenseInput!) {
    a: dispense(input: $a) { records { allocations { stock { onHand } } } } b: dispense(input: $b) { records { allocations { stock { onHand } } } } }`;
  const input = () => ({
    idempotencyKey: newKey(),
    locationId: clinic.locationId,
    lines: [{ productId: other, quantity: '1' }],
  });
  const left = (onHand: string) => ({ records: [{ allocations: [{ stock: { onHand } }] }] });
  expect(await answer(clinic, here, source, { a: input(), b: input() })).toEqual({ a: left('9'), b: left('8') });
});
