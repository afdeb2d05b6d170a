/** An event as another system tells it: what is not told is filled in, what cannot be is refused. Pure. */
import { Refusal, type RefusalCode } from '../../refusal.ts';
import type { AwareClass, DeaSchedule, PatientAgeGroup } from '../../schema/enums.ts';
import { optionalText, text } from '../text.ts';

export interface EventToRecord {
  readonly dispenseRecordId: string;
  readonly encounterId?: string | null;
  readonly timestamp: Date;
  readonly pharmacyId: string;
  readonly userId: string;
  readonly drugId: string;
  readonly drugName: string;
  readonly genericName?: string | null;
  readonly patientKey?: string | null;
  readonly patientAgeGroup?: PatientAgeGroup | null;
  readonly patientIsPregnant?: boolean | null;
  readonly pregnancyRisk?: boolean | null;
  readonly isPrescription?: boolean | null;
  readonly prescribedByGenericName?: boolean | null;
  readonly isControlledDrug?: boolean | null;
  readonly deaSchedule?: DeaSchedule | null;
  readonly isAntibiotic?: boolean | null;
  readonly awareClass?: AwareClass | null;
  readonly isInjection?: boolean | null;
  readonly stgCompliant?: boolean | null;
  readonly overrideFlag?: boolean | null;
  readonly dispensingSeconds?: number | null;
}

/** Whole; the pharmacy still as the sender calls it. */
export interface ToldEvent {
  readonly dispenseRecordId: string;
  readonly encounterId: string | null;
  readonly timestamp: Date;
  readonly pharmacy: string;
  readonly userId: string;
  readonly drugId: string;
  readonly drugName: string;
  readonly genericName: string | null;
  readonly patientKey: string | null;
  readonly patientAgeGroup: PatientAgeGroup;
  readonly patientIsPregnant: boolean;
  readonly pregnancyRisk: boolean;
  readonly isPrescription: boolean;
  readonly prescribedByGenericName: boolean | null;
  readonly isControlledDrug: boolean;
  readonly deaSchedule: DeaSchedule | null;
  readonly isAntibiotic: boolean;
  readonly awareClass: AwareClass | null;
  readonly isInjection: boolean | null;
  readonly stgCompliant: boolean;
  readonly overrideFlag: boolean;
  readonly dispensingSeconds: number | null;
}

/** Of one row of a call, counted from 0. */
export interface RowRefusal {
  readonly index: number;
  readonly code: RefusalCode;
  readonly message: string;
}

export type Told = { readonly index: number; readonly event: ToldEvent } | RowRefusal;

const first = Date.UTC(2000, 0, 1);
const daySeconds = 86_400;
export const longestId = 100;

export function isRefused(row: Told): row is RowRefusal {
  return 'code' in row;
}

export function toldEvent(input: EventToRecord, index: number): Told {
  try {
    return { index, event: checked(input) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { index, code: error.code, message: error.message };
  }
}

function checked(input: EventToRecord): ToldEvent {
  const id = (value: string, field: string) => text(value, field, { max: longestId });
  const { deaSchedule = null, awareClass = null, timestamp } = input;
  if (timestamp.getTime() < first) throw wrong('timestamp', 'must not lie before the year 2000');
  return {
    dispenseRecordId: id(input.dispenseRecordId, 'dispenseRecordId'),
    encounterId: optionalText(input.encounterId, 'encounterId', longestId),
    timestamp,
    pharmacy: id(input.pharmacyId, 'pharmacyId'),
    userId: id(input.userId, 'userId'),
    drugId: id(input.drugId, 'drugId'),
    drugName: text(input.drugName, 'drugName', { max: 500 }),
    genericName: optionalText(input.genericName, 'genericName', 500),
    patientKey: optionalText(input.patientKey, 'patientKey', 255),
    patientAgeGroup: input.patientAgeGroup ?? 'ADULT',
    patientIsPregnant: input.patientIsPregnant ?? false,
    pregnancyRisk: input.pregnancyRisk ?? false,
    isPrescription: input.isPrescription ?? false,
    prescribedByGenericName: input.prescribedByGenericName ?? null,
    isControlledDrug: implied(input.isControlledDrug, deaSchedule, ['isControlledDrug', 'deaSchedule']),
    deaSchedule,
    isAntibiotic: implied(input.isAntibiotic, awareClass, ['isAntibiotic', 'awareClass']),
    awareClass,
    isInjection: input.isInjection ?? null,
    stgCompliant: input.stgCompliant ?? true,
    overrideFlag: input.overrideFlag ?? false,
    dispensingSeconds: seconds(input.dispensingSeconds ?? null),
  };
}

/** A class says what the drug is; a sender that says both must not contradict itself, or its risk would be too low. */
function implied(told: boolean | null | undefined, kind: string | null, [field, by]: readonly [string, string]) {
  if (told === false && kind !== null) throw wrong(field, `must not be false where ${by} is given`);
  return told ?? kind !== null;
}

function seconds(told: number | null): number | null {
  if (told === null || (Number.isInteger(told) && told >= 0 && told <= daySeconds)) return told;
  throw wrong('dispensingSeconds', `must be 0 to ${daySeconds}, a day`);
}

function wrong(field: string, why: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `${field} ${why}.`, { field });
}
