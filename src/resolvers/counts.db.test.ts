import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, ask, walk, type PageOf } from '../../test/api.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { CountTable } from '../../test/counts.ts';
import type { Actor } from '../actor.ts';
import { hashPassword } from '../domain/people/password.ts';

let clinic: TestClinic;
let table: CountTable;
let auditor: Actor;
/** Newest first. */
const countIds: string[] = [];
let submittedId: string;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await CountTable.at(clinic);
  auditor = await clinic.actor(['AUDITOR']);
  for (let i = 0; i < 12; i += 1) countIds.unshift(await table.start((await table.batch('10')).stockId));
  const { stockId } = await table.batch('10', { name: 'Botox 100 U' }, { lotNumber: 'C-17' });
  submittedId = await table.submitted(stockId, '7');
  countIds.unshift(submittedId);
});
afterAll(() => clinic.close());

const page = `query ($status: [CountStatus!], $at: ID, $first: Int, $after: String) {
  page: counts(status: $status, locationId: $at, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
const idsOf = async (actor: Actor, variables: Readonly<Record<string, unknown>>) =>
  (await answer<{ page: PageOf<{ id: string }> }>(clinic, actor, page, variables)).page.nodes.map(({ id }) => id);

it('counts are paged, newest first, by status and location; those of other locations are not there', async () => {
  const walked = await walk<{ id: string }>(clinic, auditor, page, 5);
  expect(walked.map(({ id }) => id)).toEqual(countIds);
  expect(await idsOf(auditor, { status: ['SUBMITTED'] })).toEqual([submittedId]);
  expect(await idsOf(auditor, { at: clinic.elsewhereId })).toEqual([]);
  const stranger = await clinic.actor(['ADMIN'], [clinic.elsewhereId]);
  expect(await idsOf(stranger, {})).toEqual([]);
  const one = 'query ($id: ID!) { count(id: $id) { id } }';
  expect(await answer(clinic, stranger, one, { id: submittedId })).toEqual({ count: null });
  expect((await ask(clinic, await clinic.actor(['SERVICE']), one, { id: submittedId })).errors).toEqual([
    'FORBIDDEN count',
  ]);
});

it('tells what was counted by whom, and after submission what was expected', async () => {
  const source = `query ($id: ID!) { count(id: $id) { code status blind location { code } startedBy { id } submittedAt varianceQuantity varianceValue
    lines { position productName lotNumber stockUnit expected counted recounted variance varianceValue withinTolerance recountNeeded
      countedBy { id } recountedBy { id } stock { onHand } } } }`;
  expect(await answer(clinic, table.technician, source, { id: submittedId })).toMatchObject({
    count: {
      ...{ status: 'SUBMITTED', blind: true, location: { code: 'HERE' }, startedBy: { id: table.pharmacist.id } },
      ...{ varianceQuantity: '-3', varianceValue: '-15' },
      lines: [
        {
          ...{
            position: 1,
            productName: 'Botox 100 U',
            lotNumber: 'C-17',
            stockUnit: 'vial',
            expected: '10',
            counted: '7',
          },
          ...{ recounted: '7', variance: '-3', varianceValue: '-15', withinTolerance: false, recountNeeded: false },
          ...{
            countedBy: { id: table.technician.id },
            recountedBy: { id: table.pharmacist.id },
            stock: { onHand: '10' },
          },
        },
      ],
    },
  });
});

it('less of a controlled drug is approved with a witness, who signs in the same call', async () => {
  const { stockId } = await table.batch('10', { deaSchedule: 'CII' });
  const countId = await table.submitted(stockId, '9');
  const { email } = await clinic.one<{ email: string }>(
    'UPDATE people."user" SET password_hash = $2 WHERE id = $1 RETURNING email',
    [table.pharmacist.id, await hashPassword('correct horse battery staple')],
  );
  const source =
    'mutation ($input: CountActionInput!) { approveCount(input: $input) { count { status approvedBy { id } } } }';
  const input = (password: string) => ({ idempotencyKey: newKey(), countId, witness: { email, password } });
  const refused = await ask(clinic, table.manager, source, { input: input('a wrong one') });
  expect(refused.errors).toEqual(['WITNESS_REJECTED approveCount']);
  expect(await answer(clinic, table.manager, source, { input: input('correct horse battery staple') })).toEqual({
    approveCount: { count: { status: 'APPROVED', approvedBy: { id: table.manager.id } } },
  });
});

it('a page with places, people, lines and their batches takes five statements, however long', async () => {
  const source = `query ($first: Int) { counts(first: $first) { nodes { code location { name } startedBy { displayName }
    lines { counted variance stock { onHand } countedBy { displayName } } } } }`;
  const ofLength = (first: number) => countStatements(() => answer(clinic, auditor, source, { first }));
  const [few, many] = [await ofLength(2), await ofLength(13)];
  expect(many.statements).toHaveLength(few.statements.length);
  expect(many.statements.length).toBeLessThanOrEqual(6);
});
