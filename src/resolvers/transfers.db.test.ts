import { isNonNullType, isLeafType, getNamedType, GraphQLObjectType, type GraphQLField } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, ask, walk } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { TransferTable } from '../../test/transfers.ts';
import type { Actor } from '../actor.ts';
import { buildApiSchema } from './build-schema.ts';

let clinic: TestClinic;
let table: TransferTable;
/** At both ends. */
let overseer: Actor;
let stranger: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await TransferTable.at(clinic);
  overseer = await clinic.actor(['MANAGER'], [clinic.locationId, clinic.elsewhereId]);
  stranger = await clinic.actor(['MANAGER'], []);
});
afterAll(() => clinic.close());

async function received() {
  const productId = await clinic.product();
  const { stockId, lotId } = await clinic.stock({ productId, quantity: '10' });
  const id = await table.shipped([{ stockId, quantity: '4' }]);
  await table.receive(id, [{ received: '3', damaged: '1', note: 'wet' }]);
  return { id, stockId, lotId, productId, home: await table.homeOf(id) };
}

const document = `query ($id: ID!) { transfer(id: $id) {
  code status hasDiscrepancy from { id } to { id } requestedBy { id } approvedBy { id } shippedBy { id } receivedBy { id } endedBy { id }
  lines { requested shipped received damaged lost inTransit note product { id } lot { id } stock { id batchCode location { id } vendor { id } storageUnit { id } }
    destinationStock { id onHand } } } }`;

describe('a transfer', () => {
  it('is seen by both ends, with its lots and quantities', async () => {
    const { id, stockId, lotId, productId, home } = await received();
    const [atSource, atDestination, atBoth] = await Promise.all(
      [table.technician, table.receiver, overseer].map((actor) =>
        answer<{ transfer: Record<string, unknown> & { lines: unknown[] } }>(clinic, actor, document, { id }),
      ),
    );
    expect(atBoth?.transfer).toMatchObject({
      ...{ status: 'RECEIVED', hasDiscrepancy: true, endedBy: null },
      ...{ from: { id: clinic.locationId }, to: { id: clinic.elsewhereId } },
      ...{ requestedBy: { id: table.technician.id }, approvedBy: { id: table.manager.id } },
      lines: [
        {
          ...{
            requested: '4',
            shipped: '4',
            received: '3',
            damaged: '1',
            lost: '0',
            note: 'wet',
          },
          ...{ inTransit: '0', product: { id: productId }, lot: { id: lotId } },
          ...{ stock: { id: stockId, batchCode: `BCH-${stockId}` }, destinationStock: { id: home, onHand: '3' } },
        },
      ],
    });
    expect(atSource?.transfer.lines).toMatchObject([{ stock: { id: stockId }, destinationStock: null }]);
    expect(atDestination?.transfer.lines).toMatchObject([
      { stock: { id: stockId, location: { id: clinic.locationId }, vendor: null }, destinationStock: { id: home } },
    ]);
  });

  it('is not there for anybody else', async () => {
    const { id } = await received();
    expect(await answer(clinic, stranger, document, { id })).toEqual({ transfer: null });
    expect(await answer(clinic, overseer, document, { id: 'none' })).toEqual({ transfer: null });
  });

  it('shows of the batch at the other end which it is, and nothing of what is there', async () => {
    const { id } = await received();
    const stock = buildApiSchema().getType('Stock');
    if (!(stock instanceof GraphQLObjectType)) throw new Error('There is no Stock');
    const told = new Set(['id', 'batchCode', 'sku', 'product', 'lot', 'location']);
    for (const field of Object.values(stock.getFields())) {
      const asked = `query ($id: ID!) { transfer(id: $id) { lines { stock { ${selectionOf(field)} } } } }`;
      const { data, errors } = await ask<Seen>(clinic, table.receiver, asked, { id });
      const seen = data.transfer?.lines[0]?.stock[field.name] ?? null;
      if (told.has(field.name)) expect(seen, field.name).not.toBeNull();
      else if (isNonNullType(field.type) && errors.length > 0) {
        expect(errors, field.name).toEqual([`FORBIDDEN transfer.lines.0.stock.${field.name}`]);
      } else expect(isEmpty(seen), field.name).toBe(true);
    }
  });
});

interface Seen {
  readonly transfer: { readonly lines: readonly { readonly stock: Record<string, unknown> }[] } | null;
}

/** "onHand", "product { id }", "transactions { nodes { __typename } }": enough to see whether there is something. */
function selectionOf({ name, type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return name;
  const isPage = named instanceof GraphQLObjectType && named.getFields()['nodes'] !== undefined;
  return `${name} { ${isPage ? 'nodes { __typename }' : '__typename'} }`;
}

function isEmpty(seen: unknown): boolean {
  if (seen === null) return true;
  if (Array.isArray(seen)) return seen.length === 0;
  return typeof seen === 'object' && 'nodes' in seen && isEmpty(seen.nodes);
}

describe('the list of transfers', () => {
  it('tells each one once, also to who works at both ends, page by page, and filters', async () => {
    const own = await TestClinic.open();
    const desk = await TransferTable.at(own);
    const both = await own.actor(['AUDITOR'], [own.locationId, own.elsewhereId]);
    const { stockId } = await own.stock({ productId: await own.product(), quantity: '100' });
    const lines = [{ stockId, quantity: '1' }];
    const asked = await Promise.all(Array.from({ length: 5 }, () => desk.request(lines)));
    const short = await desk.shipped(lines);
    await desk.receive(short, [{ received: '0', damaged: '1' }]);
    const page = `query ($first: Int, $after: String, $locationId: ID, $status: [TransferStatus!], $short: Boolean) {
      page: transfers(locationId: $locationId, status: $status, hasDiscrepancy: $short, first: $first, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } }`;
    const idsOf = async (actor: Actor, variables: object = {}) =>
      (await walk<{ id: string }>(own, actor, page, 2, { ...variables })).map(({ id }) => id);
    expect((await idsOf(both)).toSorted()).toEqual([...asked, short].sort());
    expect((await idsOf(both))[0]).toBe(short);
    expect(await idsOf(desk.receiver)).toHaveLength(6);
    expect(await idsOf(both, { locationId: own.elsewhereId })).toHaveLength(6);
    expect(await idsOf(desk.receiver, { locationId: own.locationId })).toEqual([]);
    expect(await idsOf(await own.actor(['AUDITOR'], []))).toEqual([]);
    expect(await idsOf(both, { status: ['REQUESTED'] })).toHaveLength(5);
    expect(await idsOf(both, { short: true })).toEqual([short]);
    await own.close();
  });

  it('takes a statement for each kind of thing, however many there are', async () => {
    const source = `{ transfers(first: 50) { nodes { code status from { name } to { name } requestedBy { displayName }
      lines { requested shipped product { name } lot { lotCode } stock { batchCode } destinationStock { onHand } } } } }`;
    const statements = async () =>
      (await countStatements(() => answer(clinic, table.receiver, source))).statements.length;
    await received();
    const few = await statements();
    for (let i = 0; i < 5; i += 1) await received();
    expect(await statements()).toBe(few);
    expect(few).toBeLessThanOrEqual(9);
  });
});
