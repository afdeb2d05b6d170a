import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer } from '../../test/api.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { VialTable } from '../../test/vials.ts';

let clinic: TestClinic;
let table: VialTable;
beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
});
afterAll(() => clinic.close());

const newVial = () => table.vial({ policy_stability_hours: 72, single_patient_vial: true });

/** All that is kept of them, and what hangs on it. */
const kept = {
  session: `id status openedAt expiresAt stabilityRule labelExpiresAt policyExpiresAt singlePatient initialDoses remainingDoses usedDoses
    wastedDoses diluent diluentMl reconstitutedAt closedAt concentrationPerMl`,
  usage: 'id doses treatment site charge usedAt reverses',
};
const related = {
  session:
    'stock { id } lot { id } product { id } location { id } openedBy { id } authorisedBy { id } revenue cost patientCount',
  usage: 'session { id } provider { id } authorisedBy { id } cost margin reversedBy',
};

/** The first answer comes from what was written, the second from what is stored. */
async function answers(field: string, type: string, input: object) {
  const ask = (session: string, usage: string, idempotencyKey = newKey()) =>
    answer<Record<string, unknown>>(
      clinic,
      table.pharmacist,
      `mutation ($input: ${type}!) { ${field}(input: $input) { session { ${session} } usage { ${usage} } } }`,
      { input: { idempotencyKey, ...input } },
    );
  const { statements } = await countStatements(() => ask(kept.session, kept.usage));
  const key = newKey();
  const all = () => ask(`${kept.session} ${related.session}`, `${kept.usage} ${related.usage}`, key);
  return { statements, first: await all(), again: await all() };
}

it.each([
  ['under its label', {}],
  ['with a diluent, under the policy', { diluent: 'water', diluentMl: '2.5', stabilityRule: 'POLICY' }],
])('an opening %s is answered without a read, and a replay answers the same', async (_name, more) => {
  const { statements, first, again } = await answers('openVial', 'OpenVialInput', {
    ...{ stockId: (await newVial()).stockId, ...more },
  });
  expect(statements.at(-1)).toBe('COMMIT');
  expect(first).toMatchObject({ openVial: { session: { initialDoses: '100', usedDoses: '0' }, usage: null } });
  expect(again).toEqual(first);
});

it.each([
  ['now', {}],
  ['as told', { occurredAt: true, treatment: 'forehead', site: 'left', charge: '14.5' }],
])(
  'a use %s is answered without a read, and a replay answers the same',
  async (_name, { occurredAt, ...more }: { readonly occurredAt?: boolean }) => {
    const sessionId = await table.open(await newVial());
    const { openedAt } = await clinic.one<{ openedAt: Date }>(
      'SELECT opened_at AS "openedAt" FROM inventory.open_vial_session WHERE id = $1',
      [sessionId],
    );
    const { statements, first, again } = await answers('useVial', 'UseVialInput', {
      ...{ sessionId, patientId: await clinic.patient(), providerId: table.provider.id, doses: '12.5', ...more },
      ...(occurredAt === true ? { occurredAt: openedAt.toISOString() } : {}),
    });
    expect(statements.at(-1)).toBe('COMMIT');
    expect(first).toMatchObject({
      useVial: { session: { remainingDoses: '75', usedDoses: '25' }, usage: { doses: '12.5' } },
    });
    expect(again).toEqual(first);
  },
);
