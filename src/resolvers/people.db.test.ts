import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { roles, type Actor, type Role } from '../actor.ts';
import { answer, ask, walk } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';

let clinic: TestClinic;
let manager: Actor;
beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER']);
});
afterAll(() => clinic.close());

test('me is who asks, with roles and locations', async () => {
  const { me } = await answer<{ me: object }>(
    clinic,
    manager,
    '{ me { id roles active locations { code storageUnits { name } } } }',
  );
  expect(me).toEqual({
    id: manager.id,
    roles: ['MANAGER'],
    active: true,
    locations: [{ code: 'HERE', storageUnits: [] }],
  });
});

test('providers are those who are active and treat there; of a location elsewhere none are told', async () => {
  const provider = await clinic.actor(['PROVIDER']);
  const gone = await clinic.actor(['PROVIDER']);
  await clinic.owner.query('UPDATE people."user" SET active = false WHERE id = $1', [gone.id]);
  const source = 'query ($at: ID!) { providers(locationId: $at) { id } }';
  const at = (id: string) => answer(clinic, manager, source, { at: id });
  expect(await at(clinic.locationId)).toEqual({ providers: [{ id: provider.id }] });
  expect(await at(clinic.elsewhereId)).toEqual({ providers: [] });
});

test('all locations are told to who works at one of them', async () => {
  const { allLocations } = await answer<{ allLocations: { id: string }[] }>(clinic, manager, '{ allLocations { id } }');
  expect(allLocations.map(({ id }) => id)).toEqual(expect.arrayContaining([clinic.locationId, clinic.elsewhereId]));
});

test('locations are the own ones; storage units of others are not told', async () => {
  await clinic.owner.query(
    `INSERT INTO inventory.storage_unit (id, location_id, name, min_celsius, max_celsius)
     SELECT gen_random_uuid(), l, 'Fridge', 2, 8.5 FROM unnest($1::uuid[]) l`,
    [[clinic.locationId, clinic.elsewhereId]],
  );
  const source = '{ locations { code storageUnits { name minCelsius maxCelsius graceMinutes location { code } } } }';
  const fridge = { name: 'Fridge', minCelsius: '2', maxCelsius: '8.5', graceMinutes: 5 };
  expect(await answer(clinic, manager, source)).toEqual({
    locations: [{ code: 'HERE', storageUnits: [{ ...fridge, location: { code: 'HERE' } }] }],
  });
  const admin = await clinic.actor(['ADMIN']);
  await clinic.owner.query('INSERT INTO people.user_location VALUES ($1, $2)', [manager.id, clinic.elsewhereId]);
  const { users } = await answer<{ users: { id: string; locations: unknown }[] }>(
    clinic,
    admin,
    '{ users { id email locations { code storageUnits { name } } } }',
  );
  expect(users.find(({ id }) => id === manager.id)?.locations).toEqual([
    { code: 'ELSE', storageUnits: [] },
    { code: 'HERE', storageUnits: [{ name: 'Fridge' }] },
  ]);
  expect(users.map(({ id }) => id)).not.toContain('00000000-0000-7000-8000-000000000001');
});

test('settings are told as they are', async () => {
  const source =
    '{ settings { expiryHorizonDays policyVialSharing countToleranceShare currency alertEmails webhookUrls } }';
  expect(await answer(clinic, manager, source)).toEqual({
    settings: {
      expiryHorizonDays: [90, 60, 30, 7],
      policyVialSharing: false,
      countToleranceShare: '0.01',
      currency: 'USD',
      alertEmails: [],
      webhookUrls: [],
    },
  });
});

test('the path of a webhook, which may be its password, is for who sets and who audits', async () => {
  const address = 'https://hooks.example/services/T0/planted-word';
  await clinic.owner.query('UPDATE ops.settings SET webhook_urls = $1', [[address]]);
  const seen = async (role: Role) => answer(clinic, await clinic.actor([role]), '{ settings { webhookUrls } }');
  for (const role of ['ADMIN', 'AUDITOR'] as const) {
    expect(await seen(role)).toEqual({ settings: { webhookUrls: [address] } });
  }
  for (const role of ['MANAGER', 'PHARMACIST', 'PROVIDER', 'TECHNICIAN'] as const) {
    expect(await seen(role)).toEqual({ settings: { webhookUrls: ['https://hooks.example'] } });
  }
  await clinic.owner.query(`UPDATE ops.settings SET webhook_urls = '{}'`);
});

describe('patients', () => {
  const all = 'firstName lastName birthDate sex email phone address insuranceInfo externalIds mergedInto { id }';
  const readers: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER'];
  let patientId: string;
  beforeAll(async () => {
    patientId = await clinic.patient('1980-05-17');
  });

  it.each(roles)('as %s: the policy at the door, the guard at each field', async (role) => {
    const actor = await clinic.actor([role]);
    const asked = await ask<{ patient: object | null }>(
      clinic,
      actor,
      `query ($id: ID!) { patient(id: $id) { id ${all} } }`,
      { id: patientId },
    );
    expect(asked.errors).toEqual(readers.includes(role) ? [] : ['FORBIDDEN patient']);
    expect(asked.patientsRead).toEqual(readers.includes(role) ? [patientId] : []);
  });

  it('shows only id and age group to others, on whatever way they come to a patient', async () => {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    const eventId = uuid();
    await clinic.owner.query(
      `WITH event AS (INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, pharmacy_id, user_id, drug_id, drug_name, patient_age_group, is_prescription,
         is_controlled_drug, is_antibiotic, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk, local_date, local_hour)
       VALUES ($1, now(), 'x', $2, 'u', 'd', 'Drug', 'ADULT', false, false, false, true, false, false, false, current_date, 1) RETURNING timestamp)
       INSERT INTO inventory.dispense_record (id, encounter_id, location_id, product_id, patient_id, performed_by, quantity, dispensed_at, event_id, event_timestamp)
       SELECT gen_random_uuid(), gen_random_uuid(), $2, $3, $4, $5, 1, timestamp, $1, timestamp FROM event`,
      [eventId, clinic.locationId, productId, patientId, manager.id],
    );
    expect(stockId).toBeDefined();
    const technician = await clinic.actor(['TECHNICIAN']);
    const open = await ask(clinic, technician, '{ dispenseRecords { nodes { patient { id ageGroup } } } }');
    expect(open).toEqual({
      data: { dispenseRecords: { nodes: [{ patient: { id: patientId, ageGroup: 'ADULT' } }] } },
      errors: [],
      patientsRead: [],
    });
    const closed = await ask(clinic, technician, `{ dispenseRecords { nodes { patient { ${all} } } } }`);
    expect(closed.errors).toHaveLength(10);
    expect(new Set(closed.errors.map((error) => error.split(' ')[0]))).toEqual(new Set(['FORBIDDEN']));
    expect(JSON.stringify(closed.data)).not.toContain('Example');
    expect(closed.patientsRead).toEqual([]);
  });

  it('are walked by name, ties and missing names included, merged ones left out; words begin a name', async () => {
    const names: [string | null, string | null][] = [
      ['Ann', 'Ba'],
      ['Ann', 'Ba'],
      ['ann', 'BA'],
      [null, 'Ba'],
      ['Zoë', null],
      [null, null],
      ['A%', 'B_'],
    ];
    for (const [first, last] of names) {
      await clinic.owner.query(
        'INSERT INTO people.patient (id, first_name, last_name) VALUES (gen_random_uuid(), $1, $2)',
        [first, last],
      );
    }
    await clinic.owner.query(
      `INSERT INTO people.patient (id, last_name, merged_into) VALUES (gen_random_uuid(), 'Ba', $1)`,
      [patientId],
    );
    const wanted = await clinic.all<{ id: string }>(
      `SELECT id FROM people.patient WHERE merged_into IS NULL ORDER BY coalesce(lower(last_name), ''), coalesce(lower(first_name), ''), id`,
    );
    const source = `query ($search: String, $first: Int, $after: String) {
      page: patients(search: $search, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
    for (const first of [1, 3, 200]) expect(await walk(clinic, manager, source, first)).toEqual(wanted);
    const found = async (search: string) => (await walk(clinic, manager, source, 200, { search })).length;
    // By the name of a record that was merged into it, and by no words of two records.
    expect(await walk(clinic, manager, source, 200, { search: 'ba' })).toContainEqual({ id: patientId });
    expect([
      await found('BA an'),
      await found('ba'),
      await found('n'),
      await found('a%'),
      await found('_'),
      await found(' '),
    ]).toEqual([3, 5, 0, 1, 0, 8]);
  });
});
