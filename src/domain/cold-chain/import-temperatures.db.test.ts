import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { ColdRoom } from '../../../test/cold-room.ts';
import { fridgeTag, fridgeTagWithLog, qTag } from '../../../test/logger-files.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { importTemperatures } from './import-temperatures.ts';

let clinic: TestClinic;
let room: ColdRoom;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
});
afterAll(() => clinic.close());

const bytes = async function* (text: string) {
  // Cut anywhere: lines do not end with chunks.
  for (let at = 0; at < text.length; at += 1_000) yield Buffer.from(text.slice(at, at + 1_000));
};
const take = (unit: string, text: string) => importTemperatures(clinic.systemSession(), unit, bytes(text));

/** "2027-03-31 09:30..2027-03-31 10:15 45 min", by the clock at the place; an end of "" is none. */
async function excursions(unit: string): Promise<string[]> {
  const at = (column: string) => `to_char(${column} AT TIME ZONE 'America/New_York', 'YYYY-MM-DD HH24:MI')`;
  const rows = await clinic.all<{ line: string }>(
    `SELECT format('%s..%s %s min', ${at('started_at')}, ${at('ended_at')}, minutes_out) AS line
     FROM inventory.temperature_excursion WHERE storage_unit_id = $1 AND superseded_at IS NULL ORDER BY started_at`,
    [unit],
  );
  return rows.map(({ line }) => line);
}

async function imported(text: string, limits: { min: string; max: string; grace: number }): Promise<string[]> {
  const unit = await room.fridge(limits);
  await take(unit, text);
  await room.evaluate();
  return excursions(unit);
}

describe('a Q-tag', () => {
  it('gives its readings, and its alarms to the minute, none more', async () => {
    const unit = await room.fridge({ grace: 30 });
    expect(await take(unit, qTag)).toMatchObject({ accepted: 20, duplicates: 3, empty: 0, refusedCount: 0 });
    await room.evaluate();
    // From 11:10 to 11:50 each temperature told is out, but the logger saw one inside between them.
    expect(await excursions(unit)).toEqual(['2026-03-02 08:07..2026-03-02 08:43 36 min', '2026-03-02 12:14.. 52 min']);
  });

  it('is judged by its temperatures alone where the unit bears less than the logger', async () => {
    expect(await imported(qTag, { min: '2', max: '8', grace: 15 })).toContain(
      '2026-03-02 11:10..2026-03-02 11:50 40 min',
    );
  });

  it('says nothing new when it is imported again', async () => {
    const unit = await room.fridge({ grace: 30 });
    await take(unit, qTag);
    expect(await take(unit, qTag)).toMatchObject({ accepted: 0, duplicates: 23 });
    const reports = 'SELECT count(*)::integer AS n FROM inventory.logger_report WHERE storage_unit_id = $1';
    expect(await clinic.one(reports, [unit])).toEqual({ n: 1 });
  });
});

describe('a Fridge-tag', () => {
  it('that tells days only: an alarm that lasts over midnight is one, and what was too short is none', async () => {
    expect(await imported(fridgeTag, { min: '-0.5', max: '8', grace: 600 })).toEqual([
      '2026-03-03 10:00..2026-03-05 05:00 2580 min',
    ]);
  });

  it('with a log is judged by it, and by the time up to each alarm', async () => {
    expect(await imported(fridgeTagWithLog, { min: '2', max: '8', grace: 60 })).toEqual([
      '2026-03-02 09:12..2026-03-02 10:30 78 min',
    ]);
  });
});

describe('a CSV', () => {
  it('takes instants and times of the place, commas and degrees Fahrenheit, and tells refused rows by line', async () => {
    const unit = await room.fridge();
    const report = await take(
      unit,
      'Time;Temp (°F)\n2026-01-05T12:00:00Z;41\n2026-01-05 07:05;"42,8"\nyesterday;41\n05/01/2026 07:10;41\n2026-01-05 07:15;\n2999-01-01 00:00;41\n',
    );
    expect(report).toMatchObject({ accepted: 2, empty: 1, refusedCount: 3, logger: null });
    expect(report.refused.map(({ line }) => line)).toEqual([4, 5, 7]);
    const rows = await clinic.all(
      'SELECT measured_at AS at, trim_scale(celsius)::text AS celsius FROM inventory.temperature_reading WHERE storage_unit_id = $1 ORDER BY 1',
      [unit],
    );
    expect(rows).toEqual([
      { at: new Date('2026-01-05T12:00:00Z'), celsius: '5' },
      { at: new Date('2026-01-05T12:05:00Z'), celsius: '6' },
    ]);
  });

  it('knows the hour that comes twice in autumn, and the one that is left out in spring', async () => {
    const unit = await room.fridge();
    const rows = [
      '2025-11-02 00:50',
      '2025-11-02 01:20',
      '2025-11-02 01:50',
      '2025-11-02 01:20',
      '2025-11-02 01:50',
      '2025-11-02 02:20',
    ];
    const csv = `time,celsius\n${rows.map((time) => `${time},5\n`).join('')}2025-03-09 02:30,5\n`;
    expect(await take(unit, csv)).toMatchObject({ accepted: 6, refused: [{ line: 8 }] });
    const measured = await clinic.all<{ at: Date }>(
      'SELECT measured_at AS at FROM inventory.temperature_reading WHERE storage_unit_id = $1 ORDER BY 1',
      [unit],
    );
    expect(measured.map(({ at }) => at.toISOString().slice(11, 16))).toEqual([
      '04:50',
      '05:20',
      '05:50',
      '06:20',
      '06:50',
      '07:20',
    ]);
  });

  it('refuses what is no table of temperatures, and a unit that is not there', async () => {
    const unit = await room.fridge();
    expect(await refusalOf(take(unit, 'a,b\n1,2\n'))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refusalOf(take(clinic.locationId, 'time,celsius\n'))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

/** Not ours to keep here. Where the folder is, its files must be there too. */
const real = '../shared/data/fridge-tag';
const folder = existsSync('../shared');
if (!folder) process.stderr.write('Files of real loggers: ../shared is not here, skipped.\n');

describe.skipIf(!folder)('files of real loggers', () => {
  const importFile = async (file: string, limits: { min: string; max: string; grace: number }) => {
    const unit = await room.fridge(limits);
    const report = await importTemperatures(clinic.systemSession(), unit, createReadStream(`${real}/${file}`));
    await room.evaluate();
    return { report, excursions: await excursions(unit), unit };
  };

  it('a Q-tag CLm doc: its alarms, to the minute', async () => {
    const file = 'q-tag-clm_RCPJ00010_02.txt';
    const { report, excursions: found } = await importFile(file, { min: '2', max: '8', grace: 30 });
    const told = readFileSync(`${real}/${file}`, 'latin1').matchAll(
      /TS S: ([\d :-]+), t A: (\d+), TS A: [\d :-]+, TS E:([\d :-]*), T M/g,
    );
    const alarms = [...told].map(([, from, minutes, to = '']) => `${from}..${to.trim()} ${minutes} min`);
    expect(alarms).toHaveLength(4);
    expect(found).toEqual(alarms.sort());
    expect(report.logger?.alarms.map(({ counts, total }) => [counts, total?.minutes ?? null])).toEqual([
      ['CONSECUTIVE', null],
      ['TOTAL', 219],
      ['TOTAL', 598],
      ['CONSECUTIVE', null],
    ]);
    expect(report).toMatchObject({ refusedCount: 0, empty: 0 });
  });

  it('a Fridge-tag 2: the alarm that lasts for all of its 60 days, and none below its lower limit', async () => {
    const file = 'fridge-tag-2_130400191542.txt';
    const { report, excursions: found, unit } = await importFile(file, { min: '-0.5', max: '8', grace: 600 });
    // 59 days and 365 minutes: the logger counts the minute of its read-out too.
    expect(found).toEqual(['2022-12-17 00:00.. 85325 min']);
    const days = [...readFileSync(`${real}/${file}`, 'latin1').matchAll(/t Acc: (\d+), TS A: 00:00/g)].map(([, out]) =>
      Number(out),
    );
    expect(days.reduce((a, b) => a + b, 0)).toBe(85_326);
    expect(report.logger?.alarms.map(({ side, periods }) => `${side} ${periods.length}`)).toEqual([
      'BELOW 0',
      'ABOVE 1',
    ]);
    const extremes =
      'SELECT trim_scale(min_celsius)::text AS min, trim_scale(max_celsius)::text AS max FROM inventory.temperature_excursion WHERE storage_unit_id = $1';
    expect(await clinic.one(extremes, [unit])).toEqual({ min: '14.7', max: '19.5' });
    expect(report).toMatchObject({ refusedCount: 0, empty: 0 });
    expect(report.accepted).toBeGreaterThan(110);
  });
});
