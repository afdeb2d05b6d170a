import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { ColdRoom, every } from '../../../test/cold-room.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { acknowledgeExcursion } from './acknowledge-excursion.ts';
import { recordTemperatures, type TemperatureToRecord } from './record-temperatures.ts';

let clinic: TestClinic;
let room: ColdRoom;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
});
afterAll(() => clinic.close());

const record = (readings: readonly TemperatureToRecord[]) =>
  clinic.as(room.technician, (tx) => recordTemperatures(tx, readings));
const count = async () =>
  (await clinic.one<{ n: number }>('SELECT count(*)::integer AS n FROM inventory.temperature_reading')).n;

describe('recordTemperatures', () => {
  it('takes a reading once, the first that was told, however late and often', async () => {
    const fridge = await room.fridge();
    expect(await room.measure(fridge, [...every(5, '5', '6'), { at: 5, celsius: '7' }])).toEqual({
      accepted: 2,
      duplicates: 1,
    });
    expect(await room.measure(fridge, every(5, '9', '9', '9'))).toEqual({ accepted: 1, duplicates: 2 });
    const kept = await clinic.all<{ celsius: string }>(
      'SELECT trim_scale(celsius)::text AS celsius FROM inventory.temperature_reading WHERE storage_unit_id = $1 ORDER BY measured_at',
      [fridge],
    );
    expect(kept.map(({ celsius }) => celsius)).toEqual(['5', '6', '9']);
    expect(await record([])).toEqual({ accepted: 0, duplicates: 0 });
  });

  it('keeps those of years ago and of this month', async () => {
    const storageUnitId = await room.fridge();
    const readings = ['2003-02-01T00:00:00Z', '2021-07-01T00:00:00Z', new Date().toISOString()].map((measuredAt) => ({
      ...{ storageUnitId, celsius: '5', measuredAt: new Date(measuredAt) },
    }));
    expect(await record(readings)).toEqual({ accepted: 3, duplicates: 0 });
  });

  it('refuses all of a call that has one that cannot be, and writes nothing', async () => {
    const storageUnitId = await room.fridge();
    const elsewhere = await room.fridge({}, clinic.elsewhereId);
    const good = { storageUnitId, celsius: '5', measuredAt: room.at(0) };
    const before = await count();
    const bad: readonly (readonly [Partial<TemperatureToRecord>, string])[] = [
      [{ celsius: '200.01' }, 'BAD_USER_INPUT'],
      [{ celsius: '-273.16' }, 'BAD_USER_INPUT'],
      [{ celsius: '5.001' }, 'BAD_USER_INPUT'],
      [{ measuredAt: new Date('1999-12-31T23:59:59Z') }, 'BAD_USER_INPUT'],
      [{ measuredAt: new Date(Date.now() + 3_600_000) }, 'BAD_USER_INPUT'],
      [{ storageUnitId: elsewhere }, 'NOT_FOUND'],
      [{ storageUnitId: newKey() }, 'NOT_FOUND'],
      [{ storageUnitId: 'fridge 1' }, 'NOT_FOUND'],
    ];
    for (const [wrong, code] of bad) {
      expect(await refusalOf(record([good, { ...good, ...wrong }]))).toMatchObject({ code });
    }
    const many = Array.from({ length: 10_001 }, () => good);
    expect(await refusalOf(record(many))).toMatchObject({ code: 'BAD_USER_INPUT', context: { most: 10_000 } });
    expect(await count()).toBe(before);
  });

  it('is on record with who told it, and not where it told nothing new', async () => {
    const fridge = await room.fridge();
    await room.measure(fridge, every(5, '5', '6'));
    await room.measure(fridge, every(5, '5', '6'));
    const audits = await clinic.all(
      'SELECT action, actor_id, location_id, after FROM audit.audit_entry WHERE entity_id = $1 AND action = $2',
      [fridge, 'recordTemperatures'],
    );
    expect(audits).toMatchObject([
      { actor_id: room.technician.id, location_id: clinic.locationId, after: { readings: 2 } },
    ]);
  });
});

describe('acknowledgeExcursion', () => {
  const acknowledge = (excursionId: string, release?: boolean, comment = 'seen') =>
    clinic.as(room.pharmacist, (tx) =>
      acknowledgeExcursion(tx, { excursionId, comment, ...(release === undefined ? {} : { release }) }),
    );

  it('decides on a batch once: kept, then released, while nothing of it is out', async () => {
    const fridge = await room.fridge();
    const { stockId } = await room.batch(fridge, 20);
    await room.told(fridge, every(10, '5', '12', '12', '12', '12'));
    const excursionId = await room.excursionOf(stockId);
    expect(await refusalOf(acknowledge(excursionId, true))).toMatchObject({ code: 'INVALID_STATUS_TRANSITION' });
    await acknowledge(excursionId, false, 'asked the maker');
    expect(await refusalOf(acknowledge(excursionId, false))).toMatchObject({ code: 'ALREADY_REVIEWED' });
    await room.told(fridge, [{ at: 50, celsius: '5' }]);
    await acknowledge(excursionId, true, 'the maker agrees');
    expect(await refusalOf(acknowledge(excursionId, true))).toMatchObject({ code: 'ALREADY_REVIEWED' });
    const kept = await clinic.one(
      'SELECT comment, released_at IS NOT NULL AS released FROM inventory.temperature_excursion WHERE id = $1',
      [excursionId],
    );
    expect(kept).toEqual({ comment: 'the maker agrees', released: true });
  });

  it('releases batches only, and needs a comment; what is elsewhere is not there', async () => {
    const fridge = await room.fridge();
    await room.told(fridge, every(10, '5', '12', '12', '5'));
    const { id } = await clinic.one<{ id: string }>(
      'SELECT id FROM inventory.temperature_excursion WHERE storage_unit_id = $1',
      [fridge],
    );
    expect(await refusalOf(acknowledge(id, true))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refusalOf(acknowledge(id, false, ' '))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refusalOf(acknowledge('x'))).toMatchObject({ code: 'NOT_FOUND' });
    const stranger = await clinic.actor(['PHARMACIST'], [clinic.elsewhereId]);
    const strange = clinic.as(stranger, (tx) => acknowledgeExcursion(tx, { excursionId: id, comment: 'seen' }));
    expect(await refusalOf(strange)).toMatchObject({ code: 'NOT_FOUND' });
  });
});
