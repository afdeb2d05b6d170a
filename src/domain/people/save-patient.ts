/**
 * Makes a patient, or changes one: a field that is absent keeps its value, null clears it. Patients belong to the
 * organisation, not to a location. The audit row says which fields changed, never what they hold.
 * Refuses: BAD_USER_INPUT (also for a patient who was merged into another), NOT_FOUND. Locks: the patient.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { audit } from '../audit.ts';
import { changesOf, kept } from '../changes.ts';
import { claim, claimOnly, gate, type Result } from '../claim.ts';
import { tell } from '../outbox.ts';
import { optionalObject } from '../storable-json.ts';
import { optionalText, text } from '../text.ts';
import { isUuid } from '../uuid.ts';
import { emailAddress } from './email.ts';
import { requireKept } from './merged-records.ts';

export interface PatientToSave {
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate?: string | null;
  readonly sex?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly address?: string | null;
  readonly insuranceInfo?: unknown;
  readonly externalIds?: unknown;
}

interface PatientFields {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly birthDate: string | null;
  readonly sex: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: string | null;
  readonly insuranceInfo: unknown;
  readonly externalIds: unknown;
}

const nobody: PatientFields = {
  firstName: null,
  lastName: null,
  birthDate: null,
  sex: null,
  email: null,
  phone: null,
  address: null,
  insuranceInfo: null,
  externalIds: null,
};

export async function createPatient(tx: Tx, input: PatientToSave): Promise<Result> {
  const patient = withGiven(nobody, input);
  await claimOnly(tx, { mutation: 'createPatient', key: null, input });
  await requireBirthDate(tx, patient.birthDate);
  const id = uuid();
  await tx.sql(
    `INSERT INTO people.patient (id, first_name, last_name, birth_date, sex, email, phone, address, insurance_info, external_ids)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    valuesOf(id, patient),
  );
  await audit(tx, {
    entity: 'patient',
    entityId: id,
    action: 'createPatient',
    after: { fields: changesOf(nobody, patient).names },
  });
  await tell(tx, { topic: 'patient.changed', payload: { patientId: id } });
  return { patient: [id] };
}

export async function updatePatient(tx: Tx, id: string, input: PatientToSave): Promise<Result> {
  // What is malformed is told before that nobody is known by this id.
  withGiven(nobody, input);
  const known = await lockPatient(tx, id, input);
  const patient = withGiven(known, input);
  await requireBirthDate(tx, patient.birthDate);
  await tx.sql(
    `UPDATE people.patient SET first_name = $2, last_name = $3, birth_date = $4, sex = $5, email = $6, phone = $7, address = $8,
       insurance_info = $9, external_ids = $10, updated_at = clock_timestamp() WHERE id = $1`,
    valuesOf(id, patient),
  );
  await audit(tx, {
    entity: 'patient',
    entityId: id,
    action: 'updatePatient',
    after: { fields: changesOf(known, patient).names },
  });
  await tell(tx, { topic: 'patient.changed', payload: { patientId: id } });
  return { patient: [id] };
}

async function lockPatient(tx: Tx, id: string, input: PatientToSave): Promise<PatientFields> {
  if (!isUuid(id)) throw notFound('patient', id);
  const claimed = await claim<PatientFields & { readonly mergedIntoId: string | null }>(
    tx,
    { mutation: 'updatePatient', key: null, input },
    {
      locked: `SELECT p.* FROM people.patient p WHERE ${gate} AND p.id = $8 FOR UPDATE`,
      columns: `l.first_name AS "firstName", l.last_name AS "lastName", l.birth_date AS "birthDate", l.sex, l.email, l.phone, l.address,
        l.insurance_info AS "insuranceInfo", l.external_ids AS "externalIds", l.merged_into AS "mergedIntoId"`,
      values: [id],
    },
  );
  const [row] = claimed.replay === null ? claimed.rows : [];
  if (row === undefined) throw notFound('patient', id);
  requireKept({ ...row, patientIsKnown: true }, 'id', id);
  return row;
}

function withGiven(known: PatientFields, input: PatientToSave): PatientFields {
  const words = (field: 'sex' | 'phone' | 'address', max: number) => {
    const given = input[field];
    return given === undefined ? known[field] : optionalText(given, field, max);
  };
  const object = (field: 'insuranceInfo' | 'externalIds') => {
    const given = input[field];
    return given === undefined ? known[field] : optionalObject(given, field);
  };
  return {
    firstName: text(input.firstName, 'firstName', { max: 255 }),
    lastName: text(input.lastName, 'lastName', { max: 255 }),
    birthDate: kept(input.birthDate, known.birthDate),
    sex: words('sex', 20),
    email: emailOf(input.email, known.email),
    phone: words('phone', 50),
    address: words('address', 1_000),
    insuranceInfo: object('insuranceInfo'),
    externalIds: object('externalIds'),
  };
}

function emailOf(given: string | null | undefined, known: string | null): string | null {
  if (given === undefined) return known;
  return given === null || given.trim() === '' ? null : emailAddress(given, 'email');
}

/** By the place on earth where the day begins first: a child born today is born everywhere. */
async function requireBirthDate(tx: Tx, birthDate: string | null): Promise<void> {
  if (birthDate === null) return;
  const [day] = await tx.sql<{ isPossible: boolean }>(
    `SELECT $1::date BETWEEN today - interval '150 years' AND today AS "isPossible"
     FROM (SELECT (clock_timestamp() AT TIME ZONE 'Pacific/Kiritimati')::date AS today) AS latest`,
    [birthDate],
  );
  if (day?.isPossible === true) return;
  throw new Refusal('BAD_USER_INPUT', 'birthDate must not lie in the future, nor more than 150 years back.', {
    field: 'birthDate',
  });
}

function valuesOf(id: string, patient: PatientFields): unknown[] {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  const { firstName, lastName, birthDate, sex, email, phone, address, insuranceInfo, externalIds } = patient;
  return [id, firstName, lastName, birthDate, sex, email, phone, address, json(insuranceInfo), json(externalIds)];
}
