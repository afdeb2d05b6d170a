import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi, type TestApi } from '../../test/abuse/api.ts';
import { ColdRoom, every } from '../../test/cold-room.ts';
import { askedFor, countStatements } from '../../test/count-statements.ts';

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
