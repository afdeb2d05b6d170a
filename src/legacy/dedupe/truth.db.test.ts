import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { pairFigures, type PairFigures } from '../../../test/pairs.ts';
import { peopleWithDoubles, type MadePatient } from '../../../test/people-with-doubles.ts';
import { addPatients, startMigrationRun } from '../../../test/registry.ts';
import { dedupePatients } from './dedupe-patients.ts';

/** Deduplicates them in a database of their own. */
async function figuresOf(people: readonly Pick<MadePatient, 'facts' | 'person'>[]): Promise<PairFigures> {
  const clinic = await TestClinic.open();
  const client = new pg.Client({ connectionString: clinic.database.ownerUrl });
  try {
    await client.connect();
    const ids = await addPatients(
      clinic.owner,
      people.map(({ facts }) => facts),
    );
    await dedupePatients({
      client,
      runId: await startMigrationRun(clinic.owner),
      patientKey: 'the key of the patients of a test',
      dryRun: false,
    });
    return await pairFigures(clinic.owner, new Map(ids.map((id, i) => [id, people[i]?.person])));
  } finally {
    await client.end();
    await clinic.close();
  }
}

function say(name: string, figures: PairFigures): void {
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  process.stdout.write(
    `${name}: ${figures.truth} true pairs; merged at once ${figures.merged}, precision ${percent(figures.mergePrecision)}, recall ` +
      `${percent(figures.mergeRecall)}; with the review queue precision ${percent(figures.precision)}, recall ${percent(figures.recall)}\n`,
  );
}

const folder = path.resolve('../shared/data/febrl');
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.csv')) : [];

describe('records with made-up errors (FEBRL)', () => {
  if (files.length === 0) it.skip(`there are none here: ${folder} is absent`);

  it.each(files)('%s: what is merged is right, and hardly anything is missed', { timeout: 120_000 }, async (file) => {
    const figures = await figuresOf(readFebrl(path.join(folder, file)));
    say(file, figures);
    expect(figures.truth).toBeGreaterThan(0);
    expect(figures.mergePrecision).toBeGreaterThanOrEqual(0.99);
    expect(figures.recall).toBeGreaterThanOrEqual(0.97);
  });
});

/** rec-N-org and rec-N-dup-k are the same person. */
function readFebrl(file: string): Pick<MadePatient, 'facts' | 'person'>[] {
  const trimmed = (names: readonly string[]) => names.map((name) => name.trim());
  const rows = parse<Record<string, string>>(readFileSync(file), { columns: trimmed, trim: true });
  return rows.map((row) => {
    const [, person] = /^rec-(\d+)-/.exec(row.rec_id ?? '') ?? [];
    const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(row.date_of_birth ?? '') ?? [];
    const address = [row.street_number, row.address_1, row.address_2, row.suburb, row.postcode, row.state];
    return {
      person: Number(person),
      facts: {
        firstName: row.given_name || null,
        lastName: row.surname || null,
        birthDate: isDay(year, month, day) ? `${year}-${month}-${day}` : null,
        sex: null,
        email: null,
        phone: row.phone_number || null,
        address: address.filter(Boolean).join(' ') || null,
        externalIds: row.soc_sec_id ? { socSecId: row.soc_sec_id } : null,
      },
    };
  });
}

function isDay(year: string | undefined, month: string | undefined, day: string | undefined): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day) && date.getUTCMonth() + 1 === Number(month);
}

describe('a registry of our own making, with namesakes, twins, fathers and sons', () => {
  it.each([
    { isBare: true, recall: 0.88, seed: 11 },
    { isBare: false, recall: 0.97, seed: 12 },
  ])(
    '$seed, only names, birth date, sex and e-mail: $isBare',
    { timeout: 120_000 },
    async ({ isBare, recall, seed }) => {
      const figures = await figuresOf(peopleWithDoubles({ people: 3_000, seed, isBare }));
      say(`seed ${seed}, ${isBare ? 'bare' : 'with address, phone and numbers'}`, figures);
      expect(figures.mergePrecision).toBeGreaterThanOrEqual(0.99);
      expect(figures.recall).toBeGreaterThanOrEqual(recall);
    },
  );
});
