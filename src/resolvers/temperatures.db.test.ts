import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi, type TestApi } from '../../test/abuse/api.ts';
import { ColdRoom, every } from '../../test/cold-room.ts';
import { newKey } from '../../test/clinic.ts';
import { askedFor, countStatements } from '../../test/count-statements.ts';
import { listExcursions } from '../domain/cold-chain/list-temperatures.ts';
import { openVial } from '../domain/vials/open-vial.ts';

let api: TestApi;
let room: ColdRoom;

beforeAll(async () => {
  api = await openApi();
  room = await ColdRoom.at(api.clinic);
});
afterAll(() => api.close());

const excursions = `query ($unit: ID) { temperatureExcursions(storageUnitId: $unit) { id kind startedAt endedAt minCelsius maxCelsius minutesOut
  limitMinCelsius limitMaxCelsius graceMinutes affectedStock { id } acknowledgedBy { id } acknowledgedAt comment budgetMinutes releasedAt
  storageUnit { name latestReading { celsius measuredAt } } } }`;

it('readings go in, excursions come out with the stock concerned, a person decides', async () => {
  const { TECHNICIAN, PHARMACIST, AUDITOR } = api.people;
  const fridge = await room.fridge();
  const { stockId } = await room.batch(fridge, 20);
  const idle = await room.batch(fridge, null);
  const readings = every(10, '5', '12.5', '12', '12', '4').map(({ at, celsius }) => ({
    ...{ storageUnitId: fridge, celsius, measuredAt: room.at(at).toISOString() },
  }));
  const record =
    'mutation ($readings: [TemperatureReadingInput!]!) { recordTemperatures(readings: $readings) { accepted duplicates } }';
  expect(await api.ask(TECHNICIAN.token, record, { readings })).toMatchObject({
    data: { recordTemperatures: { accepted: 5, duplicates: 0 } },
  });
  await room.evaluate();
  const told = `query ($unit: ID!, $from: DateTime!, $to: DateTime!) { temperatureReadings(storageUnitId: $unit, from: $from, to: $to) { celsius storageUnit { id } } }`;
  const between = { unit: fridge, from: room.at(10).toISOString(), to: room.at(40).toISOString() };
  expect(await api.ask(AUDITOR.token, told, between)).toMatchObject({
    data: { temperatureReadings: ['12.5', '12', '12'].map((celsius) => ({ celsius, storageUnit: { id: fridge } })) },
  });
  const unit = { storageUnit: { latestReading: { celsius: '4', measuredAt: room.at(40).toISOString() } } };
  const seen = {
    startedAt: room.at(10).toISOString(),
    endedAt: room.at(40).toISOString(),
    minCelsius: '12',
    maxCelsius: '12.5',
    minutesOut: 30,
  };
  const answer = await api.ask(AUDITOR.token, excursions, { unit: fridge });
  expect(answer).toMatchObject({
    data: {
      temperatureExcursions: expect.arrayContaining([
        expect.objectContaining({
          kind: 'CUMULATIVE',
          budgetMinutes: 20,
          affectedStock: [{ id: stockId }],
          acknowledgedAt: null,
        }),
        expect.objectContaining({
          ...seen,
          kind: 'CONSECUTIVE',
          limitMinCelsius: '2',
          limitMaxCelsius: '8',
          graceMinutes: 5,
        }),
      ]) as unknown,
    },
  });
  const found = answer.data?.['temperatureExcursions'] as {
    id: string;
    kind: string;
    affectedStock: { id: string }[];
  }[];
  expect(
    found
      .find(({ kind }) => kind === 'CONSECUTIVE')
      ?.affectedStock.map(({ id }) => id)
      .sort(),
  ).toEqual([stockId, idle.stockId].sort());
  expect(found[0]).toMatchObject(unit);
  const acknowledge = `mutation ($input: AcknowledgeExcursionInput!) { acknowledgeExcursion(input: $input) { excursion { comment releasedAt acknowledgedBy { id } } } }`;
  const excursionId = found.find(({ kind }) => kind === 'CUMULATIVE')?.id;
  const decided = await api.ask(PHARMACIST.token, acknowledge, {
    input: { excursionId, comment: 'it bears that', release: true },
  });
  expect(decided).toMatchObject({
    data: {
      acknowledgeExcursion: { excursion: { comment: 'it bears that', acknowledgedBy: { id: PHARMACIST.id } } },
    },
  });
});

it('an opened vial is told of, although its batch has no units left', async () => {
  const { clinic } = api;
  const fridge = await room.fridge();
  const { stockId } = await room.batch(fridge, null, { quantity: '1' });
  const provider = await clinic.actor(['PROVIDER']);
  await clinic.as(provider, (tx) => openVial(tx, { idempotencyKey: newKey(), stockId }));
  // Long after it was opened: nothing else of the batch has moved since.
  await clinic.owner.query(
    `INSERT INTO inventory.temperature_excursion (id, kind, storage_unit_id, started_at, ended_at, min_celsius, max_celsius, minutes_out,
       limit_min_celsius, limit_max_celsius, grace_minutes)
     SELECT $1, 'CONSECUTIVE', $2, now() + interval '1 hour', now() + interval '2 hours', 9, 9, 60, 2, 8, 5`,
    [newKey(), fridge],
  );
  expect(await api.ask(api.people.AUDITOR.token, excursions, { unit: fridge })).toMatchObject({
    data: { temperatureExcursions: [{ kind: 'CONSECUTIVE', affectedStock: [{ id: stockId }] }] },
  });
});

it('what is elsewhere is not there, nor its readings', async () => {
  const there = await room.fridge({}, api.clinic.elsewhereId);
  const stranger = await api.clinic.actor(['TECHNICIAN'], [api.clinic.elsewhereId]);
  await room.measure(there, every(10, '12', '12', '5'), stranger);
  await room.evaluate();
  const answer = await api.ask(api.people.PHARMACIST.token, excursions, { unit: there });
  expect(answer).toMatchObject({ data: { temperatureExcursions: [] } });
});

it('a list of excursions with all that belongs to them takes a few statements, however long', async () => {
  for (let made = 0; made < 5; made += 1) {
    const fridge = await room.fridge();
    await room.batch(fridge, null);
    await room.told(fridge, every(10, '12', '12', '5', '12', '12', '5'));
  }
  const { statements } = await countStatements(() => api.ask(api.people.AUDITOR.token, excursions));
  // Who asks; the excursions; their stock, units and latest readings.
  expect(askedFor(statements).length).toBeLessThanOrEqual(6);
});

it('excursions are told whole or not at all', async () => {
  const { clinic, people } = api;
  const fridge = await room.fridge();
  const add = (many: number) =>
    clinic.owner.query(
      `INSERT INTO inventory.temperature_excursion (id, kind, storage_unit_id, started_at, ended_at, min_celsius, max_celsius, minutes_out,
         limit_min_celsius, limit_max_celsius, grace_minutes)
       SELECT gen_random_uuid(), 'CONSECUTIVE', $1, $2::timestamptz - make_interval(days => i), $2::timestamptz - make_interval(days => i), 9, 9, 1, 2, 8, 0
       FROM generate_series(1, $3) i`,
      [fridge, room.start, many],
    );
  const list = (from?: Date) => listExcursions(clinic.db, people.AUDITOR, { storageUnitId: fridge, from });
  await add(1_000);
  expect(await list()).toHaveLength(1_000);
  await add(1);
  await expect(list()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', context: { field: 'from', most: 1_000 } });
  expect(await list(new Date(room.start.getTime() - 10 * 86_400_000))).toHaveLength(11);
});
