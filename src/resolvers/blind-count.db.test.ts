/** What the system expects stays hidden from whoever may count, on every way that begins at a count: the whole schema is walked. */
import { isObjectType, type GraphQLOutputType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectionOf } from '../../test/abuse/walk.ts';
import { answer, ask } from '../../test/api.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { CountTable } from '../../test/counts.ts';
import type { Actor, Role } from '../actor.ts';
import { decreaseStock } from '../domain/stock/decrease-stock.ts';
import { buildApiSchema } from './build-schema.ts';

const schema = buildApiSchema();
/** Deeper than the schema: no type is entered twice on one way. */
const everything = selectionOf(countType(), 20);

function countType(): GraphQLOutputType {
  const type = schema.getType('InventoryCount');
  if (!isObjectType(type)) throw new Error('The schema has no InventoryCount');
  return type;
}

let clinic: TestClinic;
let table: CountTable;
let stockId: string;
let countId: string;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await CountTable.at(clinic);
  // So that a count that has ended can be looked at in two worlds.
  await clinic.owner.query('ALTER TABLE inventory.inventory_count_line DISABLE TRIGGER ended');
});
afterAll(() => clinic.close());

const look = (actor: Actor) =>
  ask(
    clinic,
    actor,
    `query ($id: ID!, $at: ID) { count(id: $id) ${everything} counts(locationId: $at) { nodes ${everything} } }`,
    {
      ...{ id: countId, at: clinic.locationId },
    },
  );

/** As if the system had held so many more all along: the batch, its ledger, and what the lines remember. */
async function hadHeld(more: number): Promise<void> {
  for (const change of [
    'UPDATE inventory.stock SET on_hand_quantity = on_hand_quantity + $1, version = version + 1 FROM said WHERE id = $2',
    `UPDATE inventory.inventory_count_line SET expected_quantity = expected_quantity + $1, recount_expected_quantity = recount_expected_quantity + $1
     FROM said WHERE stock_id = $2`,
  ]) {
    await clinic.owner.query(
      `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)) ${change}`,
      [more, stockId],
    );
  }
}

/** Whether the answers are the same, byte for byte, whatever the system holds. */
async function tells(work: () => Promise<unknown>): Promise<boolean> {
  const before = JSON.stringify(await work());
  await hadHeld(731);
  const after = JSON.stringify(await work());
  await hadHeld(-731);
  return before !== after;
}

async function prepare(state: 'STARTED' | 'COUNTED' | 'RECOUNTING' | 'RECOUNTED' | 'CANCELLED', blind = true) {
  ({ stockId } = await table.batch('1000'));
  countId = await table.start(stockId, { blind });
  if (state === 'STARTED') return;
  await table.tell(countId, stockId, '400');
  if (state === 'CANCELLED') await table.cancel(countId);
  if (state === 'CANCELLED' || state === 'COUNTED') return;
  await table.submit(countId);
  if (state === 'RECOUNTED') await table.tell(countId, stockId, '401', table.pharmacist);
}

const states = ['STARTED', 'COUNTED', 'RECOUNTING', 'RECOUNTED', 'CANCELLED'] as const;
const counters: readonly (readonly Role[])[] = [
  ['TECHNICIAN'],
  ['PHARMACIST'],
  ['MANAGER'],
  ['ADMIN', 'AUDITOR', 'TECHNICIAN'],
];

describe.each(states)('of a count that is %s', (state) => {
  it.each(counters.map((roles) => [roles]))('nothing tells %s what is expected', async (roles) => {
    await prepare(state);
    const actor = await clinic.actor(roles);
    expect(await tells(() => look(actor))).toBe(false);
    expect(JSON.stringify((await look(actor)).data).includes('"stock":{')).toBe(false);
  });

  it('nothing tells those who have counted, whatever their roles are by now', async () => {
    await prepare(state);
    for (const person of [table.technician, table.pharmacist]) {
      expect(await tells(() => look(person))).toBe(false);
    }
    const promoted: Actor = { ...table.technician, roles: ['AUDITOR'] };
    expect(await tells(() => look(promoted))).toBe(state === 'STARTED');
  });
});

it('the walk would see it: whoever cannot count is told, everybody of a count that is not blind or is submitted', async () => {
  await prepare('COUNTED');
  expect(await tells(async () => look(await clinic.actor(['AUDITOR'])))).toBe(true);
  await prepare('COUNTED', false);
  expect(await tells(() => look(table.technician))).toBe(true);
  await prepare('RECOUNTED');
  await table.submit(countId);
  expect(await tells(() => look(table.technician))).toBe(true);
  expect(everything).toContain('stock {');
});

it('neither do the answers of the mutations, nor their refusals', async () => {
  await prepare('COUNTED');
  const lineId = await table.lineOf(countId, stockId);
  const record = `mutation ($input: RecordCountInput!) { recordCount(input: $input) { count ${everything} } }`;
  const submit = `mutation ($input: CountActionInput!) { submitCount(input: $input) { count ${everything} } }`;
  const again = { input: { countId, lines: [{ lineId, counted: '400' }] } };
  const key = { input: { countId, idempotencyKey: newKey() } };
  expect(await tells(() => answer(clinic, table.technician, record, again))).toBe(false);
  expect(await answer(clinic, table.technician, submit, key)).toMatchObject({
    submitCount: {
      count: { status: 'RECOUNTING', varianceQuantity: null, lines: [{ recountNeeded: true, stock: null }] },
    },
  });
  expect(await tells(() => answer(clinic, table.technician, submit, key))).toBe(false);
  const other = () => ({ input: { countId, idempotencyKey: newKey() } });
  expect(await tells(() => ask(clinic, table.technician, submit, other()))).toBe(false);
  expect(await tells(() => ask(clinic, table.technician, record, again))).toBe(false);
});

it('nor the trail of the auditors, nor what is told to the jobs', async () => {
  ({ stockId } = await table.batch('7310'));
  countId = await table.start(stockId);
  await table.tell(countId, stockId, '400');
  const sale = { idempotencyKey: newKey(), stockId, quantity: '10', referenceType: 'order', referenceId: 'O-1' };
  await clinic.as(table.manager, (tx) => decreaseStock(tx, sale));
  await table.submit(countId);
  await table.tell(countId, stockId, '401', table.pharmacist);
  const told = await clinic.all(
    `SELECT before::text, after::text, reason FROM audit.audit_entry WHERE entity_id = $1
     UNION ALL SELECT topic, payload::text, NULL FROM ops.outbox WHERE payload->>'countId' = $1`,
    [countId],
  );
  expect(told.length).toBeGreaterThan(6);
  expect(JSON.stringify(told)).not.toMatch(/7310|7300|6900|6899|expected/);
});
