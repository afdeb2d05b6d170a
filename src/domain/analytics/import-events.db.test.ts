import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { outsidePharmacy } from '../../../test/received-events.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import type { EventFileFormat } from './event-file.ts';
import { importEvents, type RefusedLine } from './import-events.ts';

let clinic: TestClinic;
let pharmacyId: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacyId = await outsidePharmacy(clinic, { externalIds: { chain: 'STORE-7' } });
});
afterAll(() => clinic.close());

/** In pieces that cut lines, and characters, in two. */
async function* pieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function take(text: string, format: EventFileFormat, source: AsyncIterable<Uint8Array> = pieces(text)) {
  const refused: RefusedLine[] = [];
  const onRefused = (rows: readonly RefusedLine[]) => Promise.resolve(void refused.push(...rows));
  const report = await importEvents(clinic.systemSession(), source, { format, onRefused });
  return { report, refused };
}

const header =
  'dispenseRecordId,timestamp,pharmacyId,drugId,drugName,userId,patientKey,deaSchedule,isPrescription,dispensingSeconds';
const at = '2026-03-03T12:00:00Z';

describe.each([
  [
    'csv',
    [
      header,
      `c1,${at},STORE-7,d1,"Ibuprofène, 400 mg",u,CANARY-1,,yes,60`,
      `c2,2026-03-03 13:00+01:00,STORE-7,d2,Morphine,u,CANARY-1,CII,no,`,
      `c3,03/03/2026,STORE-7,d2,Morphine,u,CANARY-1,CII,no,`,
      `c4,${at},STORE-7,d2,Morphine,u,,CANARY-2,no,`,
      `c5,${at},NOWHERE,d2,Morphine,u,,,,`,
      '',
      `c1,${at},STORE-7,d1,again,u,,,,`,
      `c6,${at},STORE-7,d1,,u,,,,`,
      `c7,2026-02-30T12:00:00Z,STORE-7,d1,x,u,,,,`,
      `c8,${at},STORE-7,d1,x,u,,,CANARY-3,`,
    ],
  ],
  [
    'ndjson',
    [
      '',
      {
        dispenseRecordId: 'n1',
        timestamp: at,
        pharmacyId: 'STORE-7',
        drugId: 'd1',
        drugName: 'Ibuprofène, 400 mg',
        userId: 'u',
        patientKey: 'CANARY-1',
        isPrescription: true,
        dispensingSeconds: 60,
      },
      {
        dispenseRecordId: 'n2',
        timestamp: '2026-03-03T13:00:00+01:00',
        pharmacyId: 'STORE-7',
        drugId: 'd2',
        drugName: 'Morphine',
        userId: 7,
        patientKey: 'CANARY-1',
        deaSchedule: 'CII',
        isPrescription: false,
      },
      '{"dispenseRecordId": "CANARY-4"',
      {
        dispenseRecordId: 'n4',
        timestamp: at,
        pharmacyId: 'STORE-7',
        drugId: 'd2',
        drugName: 'Morphine',
        userId: 'u',
        deaSchedule: 'CANARY-2',
      },
      { dispenseRecordId: 'n5', timestamp: at, pharmacyId: 'NOWHERE', drugId: 'd2', drugName: 'Morphine', userId: 'u' },
      '["CANARY-5"]',
      { dispenseRecordId: 'n1', timestamp: at, pharmacyId: 'STORE-7', drugId: 'd1', drugName: 'again', userId: 'u' },
      {
        dispenseRecordId: 'n6',
        timestamp: at,
        pharmacyId: 'STORE-7',
        drugId: 'd1',
        drugName: ['CANARY-6'],
        userId: 'u',
      },
      {
        dispenseRecordId: 'n7',
        timestamp: 'CANARY-7',
        pharmacyId: 'STORE-7',
        drugId: 'd1',
        drugName: 'x',
        userId: 'u',
      },
      `{"dispenseRecordId": "${'x'.repeat(100_001)}"}`,
    ].map((line) => (typeof line === 'string' ? line : JSON.stringify(line))),
  ],
] as const)('a file of events as %s', (format, lines) => {
  const text = lines.join('\n');

  it('is taken in, its bad lines named without a word of what they hold', async () => {
    const { report, refused } = await take(text, format);
    expect(report).toEqual({ accepted: 2, duplicates: 1, highRisk: 1, refused: refused.length });
    const wrong = format === 'csv' ? [4, 5, 6, 9, 10, 11] : [4, 5, 6, 7, 9, 10, 11];
    expect(refused.map(({ line }) => line)).toEqual(wrong);
    expect(refused.find(({ line }) => line === 6)?.code).toBe('NOT_FOUND');
    expect(JSON.stringify(refused)).not.toContain('CANARY');
    expect(
      await clinic.one(
        `SELECT timestamp, drug_name, is_prescription, dispensing_seconds, patient_hash IS NOT NULL AS known FROM dpap.dispensing_event WHERE dispense_record_id = $1`,
        [format === 'csv' ? 'c1' : 'n1'],
      ),
    ).toEqual({
      timestamp: new Date(at),
      drug_name: 'Ibuprofène, 400 mg',
      is_prescription: true,
      dispensing_seconds: 60,
      known: true,
    });
  });

  it('doubles nothing when it comes again', async () => {
    expect((await take(text, format)).report).toMatchObject({ accepted: 0, duplicates: 3, highRisk: 0 });
  });
});

it('broken off in the middle it goes on when it is begun anew', async () => {
  const rows = Array.from({ length: 2_500 }, (_none, n) => `r${n},${at},${pharmacyId},d1,x,u,,,,`);
  const text = [header, ...rows].join('\n');
  async function* broken() {
    yield* pieces(text.slice(0, text.indexOf('r1800,')), 10_000);
    throw new Error('the disk is gone');
  }
  await expect(take('', 'csv', broken())).rejects.toThrow('the disk is gone');
  const { report } = await take(text, 'csv', pieces(text, 10_000));
  expect(report).toMatchObject({ accepted: 1_500, duplicates: 1_000, refused: 0 });
});

it('without its columns is refused as a whole', async () => {
  expect((await refusalOf(take('a,b\n1,2\n', 'csv'))).code).toBe('BAD_USER_INPUT');
});

it('an id that a number cannot hold, a field told twice and a cell too many are refused, not guessed at', async () => {
  const told = { timestamp: '2026-03-01T10:00:00Z', pharmacyId: 'STORE-7', drugId: 'd1', drugName: 'x', userId: 'u' };
  const plain = JSON.stringify({ ...told, dispenseRecordId: 'exact-1' });
  const lines = [
    plain.replace('"exact-1"', '9007199254740993'),
    plain.replace('"exact-1"', '9007199254740992'),
    plain.replace('"drugId"', '"drugid2":"d2","drugId2"'),
  ];
  expect((await take(lines.join('\n'), 'ndjson')).refused.map(({ line }) => line)).toEqual([1, 2, 3]);
  const csv =
    'dispenseRecordId,timestamp,pharmacyId,userId,drugId,drugName\nexact-2,2026-03-01T10:00:00Z,STORE-7,u,d1,Paracetamol, 500 mg\n';
  const { report, refused } = await take(csv, 'csv');
  expect(report.accepted).toBe(0);
  expect(refused.map(({ line }) => line)).toEqual([2]);
});
