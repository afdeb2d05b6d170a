/** A row of text as an event. No message repeats a value: in a file whose columns are mixed up it may be a patient's. Pure. */
import { Refusal } from '../../refusal.ts';
import { AwareClass, DeaSchedule, PatientAgeGroup } from '../../schema/enums.ts';
import { isDay } from '../../schema/scalars.ts';
import { looseName } from '../catalogue/catalogue-file-table.ts';
import type { EventToRecord } from './event-to-record.ts';

const instantForm = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const yes = new Set(['true', 'yes', 'y', '1']);
const no = new Set(['false', 'no', 'n', '0']);

/** Refuses: BAD_USER_INPUT. */
export function eventOfCells(cells: ReadonlyMap<string, string>): EventToRecord {
  const cell = (name: string) => cells.get(looseName(name)) ?? null;
  const flag = (name: string) => flagOf(cell(name), name);
  return {
    // Empty ones are refused with the others of the event.
    dispenseRecordId: cell('dispenseRecordId') ?? '',
    pharmacyId: cell('pharmacyId') ?? '',
    userId: cell('userId') ?? '',
    drugId: cell('drugId') ?? '',
    drugName: cell('drugName') ?? '',
    timestamp: instantOf(cell('timestamp')),
    encounterId: cell('encounterId'),
    genericName: cell('genericName'),
    patientKey: cell('patientKey'),
    patientAgeGroup: wordOf(cell('patientAgeGroup'), PatientAgeGroup, 'patientAgeGroup'),
    awareClass: wordOf(cell('awareClass'), AwareClass, 'awareClass'),
    deaSchedule: wordOf(cell('deaSchedule'), DeaSchedule, 'deaSchedule'),
    dispensingSeconds: secondsOf(cell('dispensingSeconds')),
    isPrescription: flag('isPrescription'),
    isControlledDrug: flag('isControlledDrug'),
    isAntibiotic: flag('isAntibiotic'),
    isInjection: flag('isInjection'),
    stgCompliant: flag('stgCompliant'),
    overrideFlag: flag('overrideFlag'),
    patientIsPregnant: flag('patientIsPregnant'),
    pregnancyRisk: flag('pregnancyRisk'),
    prescribedByGenericName: flag('prescribedByGenericName'),
  };
}

function flagOf(text: string | null, field: string): boolean | null {
  if (text === null) return null;
  const word = text.toLowerCase();
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  throw wrong(field, 'true or false');
}

function wordOf<Word extends string>(text: string | null, words: Readonly<Record<Word, Word>>, field: string) {
  if (text === null) return null;
  const all = Object.values<Word>(words);
  const word = all.find((each) => each === text.toUpperCase());
  if (word === undefined) throw wrong(field, `one of ${all.join(', ')}`);
  return word;
}

function secondsOf(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrong('dispensingSeconds', 'a whole number of seconds');
}

function instantOf(text: string | null): Date {
  const at =
    text === null || !instantForm.test(text) || !isDay(text.slice(0, 10)) ? NaN : Date.parse(text.replace(' ', 'T'));
  if (Number.isNaN(at)) throw wrong('timestamp', 'an instant with offset, such as 2027-03-31T09:30:00Z');
  return new Date(at);
}

function wrong(field: string, what: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `${field} must be ${what}.`, { field });
}
