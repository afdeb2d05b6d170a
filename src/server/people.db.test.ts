import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApiSchema } from '../resolvers/build-schema.ts';
import { policy } from '../resolvers/policy.ts';
import { hashPassword } from '../domain/people/password.ts';
import { addUser, ask, startSmallServer, type SmallServer } from '../../test/server/small-server.ts';

const password = 'canary of a password';
let server: SmallServer;

beforeAll(async () => {
  server = await startSmallServer({ server: { schema: buildApiSchema(), policy } });
});
afterAll(() => server.stop());

async function admin() {
  const email = `${randomUUID()}@test.example`;
  const id = await addUser(server.db, ['ADMIN', 'MANAGER'], email);
  await server.db.query('UPDATE people."user" SET password_hash = $2 WHERE id = $1', [
    id,
    await hashPassword(password),
  ]);
  return { id, email };
}

const login = (email: string, given = password) =>
  ask(server, {
    query: 'mutation($input: LoginInput!) { login(input: $input) { token expiresAt user { id email roles } } }',
    variables: { input: { email, password: given } },
  });

async function tokenOf(email: string, given = password): Promise<string> {
  const { data } = await login(email, given);
  const { token } = (data as { login: { token: string } }).login;
  return token;
}

test('a sign-in gives a token that works at once; a wrong password gives none; neither is logged', async () => {
  const { id, email } = await admin();
  const good = await login(email);
  expect(good.data).toMatchObject({ login: { user: { id, email, roles: ['ADMIN', 'MANAGER'] } } });
  const me = await ask(server, { query: '{ me { id } }', token: await tokenOf(email) });
  expect(me.data).toEqual({ me: { id } });
  const bad = await login(email, 'canary of another');
  expect(bad.data).toBeNull();
  expect(bad.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(server.logs()).not.toContain('canary');
});

test('an admin makes a place, a fridge, a colleague; the colleague signs in and sees the place', async () => {
  const { email } = await admin();
  const token = await tokenOf(email);
  const run = async (query: string, variables: unknown) => {
    const answer = await ask(server, { query, variables, token });
    expect(answer.errors).toBeUndefined();
    return answer.data;
  };
  const made = await run('mutation($input: LocationInput!) { saveLocation(input: $input) { location { id code } } }', {
    input: { code: 'MAIN', name: 'Main', kind: 'CLINIC', timeZone: 'America/New_York' },
  });
  const { location } = (made as { saveLocation: { location: { id: string } } }).saveLocation;
  const unit = await run(
    'mutation($input: StorageUnitInput!) { saveStorageUnit(input: $input) { storageUnit { name minCelsius graceMinutes location { code } } } }',
    { input: { locationId: location.id, name: 'Fridge', minCelsius: '2', maxCelsius: '8' } },
  );
  expect(unit).toEqual({
    saveStorageUnit: { storageUnit: { name: 'Fridge', minCelsius: '2', graceMinutes: 5, location: { code: 'MAIN' } } },
  });
  const input = {
    email: 'Ann@clinic.example',
    displayName: 'Ann',
    roles: ['PHARMACIST'],
    locationIds: [location.id],
    password,
  };
  const saved = await run(
    'mutation($input: UserInput!) { saveUser(input: $input) { user { displayName active locations { code storageUnits { name } } } } }',
    { input },
  );
  expect(saved).toEqual({
    saveUser: {
      user: { displayName: 'Ann', active: true, locations: [{ code: 'MAIN', storageUnits: [{ name: 'Fridge' }] }] },
    },
  });
  const seen = await ask(server, { query: '{ locations { code } }', token: await tokenOf('ann@CLINIC.example') });
  expect(seen.data).toEqual({ locations: [{ code: 'MAIN' }] });
});

test('products and patients go in and come back; an absent field is kept, null clears', async () => {
  const { email } = await admin();
  const token = await tokenOf(email);
  const run = (query: string, variables: unknown) => ask(server, { query, variables, token });
  const made = await run(
    `mutation($product: ProductInput!, $patient: PatientInput!) {
      createProduct(input: $product) { product { id name gtin brand { name vendor { name } } unitPrice isInjection } }
      createPatient(input: $patient) { patient { id lastName phone insuranceInfo } } }`,
    {
      product: {
        name: 'Botox',
        brandName: 'Allergan',
        vendorName: 'AbbVie',
        category: 'Toxin',
        stockUnit: 'vial',
        gtin: '300231145014',
        unitPrice: '600.5',
      },
      patient: { firstName: 'Pat', lastName: 'Doe', phone: '1', insuranceInfo: { plan: 'A' } },
    },
  );
  expect(made.errors).toBeUndefined();
  const { createProduct, createPatient } = made.data as {
    createProduct: { product: { id: string } };
    createPatient: { patient: { id: string } };
  };
  expect(createProduct.product).toMatchObject({
    gtin: '00300231145014',
    brand: { name: 'Allergan', vendor: { name: 'AbbVie' } },
    unitPrice: '600.5',
    isInjection: false,
  });
  const changed = await run(
    `mutation($product: ID!, $patient: ID!) {
      updateProduct(id: $product, input: { name: "Botox", category: "Toxin", stockUnit: "vial", unitPrice: null, isInjection: true }) { product { gtin unitPrice isInjection brand { name } } }
      updatePatient(id: $patient, input: { firstName: "Pat", lastName: "Poe", phone: null }) { patient { lastName phone insuranceInfo } } }`,
    { product: createProduct.product.id, patient: createPatient.patient.id },
  );
  expect(changed.errors).toBeUndefined();
  expect(changed.data).toEqual({
    updateProduct: {
      product: { gtin: '00300231145014', unitPrice: null, isInjection: true, brand: { name: 'Allergan' } },
    },
    updatePatient: { patient: { lastName: 'Poe', phone: null, insuranceInfo: { plan: 'A' } } },
  });
  const settings = await run(
    'mutation { updateSettings(input: { currency: "EUR" }) { settings { currency expiryHorizonDays } } }',
    {},
  );
  expect(settings.data).toEqual({
    updateSettings: { settings: { currency: 'EUR', expiryHorizonDays: [90, 60, 30, 7] } },
  });
});

test('rights that an admin takes away are gone with the next call', async () => {
  const { email } = await admin();
  const token = await tokenOf(email);
  const other = await admin();
  const theirs = await tokenOf(other.email);
  expect((await ask(server, { query: '{ users { id } }', token: theirs })).errors).toBeUndefined();
  const input = { id: other.id, email: other.email, displayName: 'Demoted', roles: ['AUDITOR'], locationIds: [] };
  const query = 'mutation($input: UserInput!) { saveUser(input: $input) { user { roles } } }';
  expect((await ask(server, { query, variables: { input }, token })).errors).toBeUndefined();
  const refused = await ask(server, { query: '{ users { id } }', token: theirs });
  expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});
