/** A pharmacy with a system of its own, whose last four weeks have just been received: mostly prescriptions, some with a risk. */
import { mostEventsInACall, recordDispensingEvents } from '../domain/analytics/record-dispensing-events.ts';
import type { EventToRecord } from '../domain/analytics/event-to-record.ts';
import { saveOutsidePharmacy } from '../domain/people/save-outside-pharmacy.ts';
import type { DemoDay } from './demo-day.ts';
import { Random } from './random.ts';

const days = 28;
const dayMs = 86_400_000;
const minuteMs = 60_000;
const code = 'RIVERSIDE';

type Drug = Pick<EventToRecord, 'drugId' | 'drugName' | 'genericName' | 'deaSchedule' | 'awareClass' | 'pregnancyRisk'>;

const drug = (drugName: string, genericName: string, more: Partial<Drug> = {}): Drug => ({
  ...{ drugId: drugName.toLowerCase().replaceAll(' ', '-'), drugName, genericName },
  ...more,
});

/** Often given ones several times. */
const drugs: readonly Drug[] = [
  ...Array.from({ length: 4 }, () => drug('Lisinopril 10 mg', 'lisinopril', { pregnancyRisk: true })),
  ...Array.from({ length: 4 }, () => drug('Metformin 500 mg', 'metformin')),
  ...Array.from({ length: 3 }, () => drug('Amoxicillin 500 mg', 'amoxicillin', { awareClass: 'ACCESS' })),
  ...Array.from({ length: 3 }, () => drug('Ibuprofen 400 mg', 'ibuprofen')),
  ...Array.from({ length: 2 }, () => drug('Azithromycin 250 mg', 'azithromycin', { awareClass: 'WATCH' })),
  drug('Linezolid 600 mg', 'linezolid', { awareClass: 'RESERVE' }),
  drug('Warfarin 5 mg', 'warfarin', { pregnancyRisk: true }),
  drug('Alprazolam 0.5 mg', 'alprazolam', { deaSchedule: 'CIV', pregnancyRisk: true }),
  drug('Oxycodone 5 mg', 'oxycodone', { deaSchedule: 'CII' }),
];

export async function playOutside(day: DemoDay): Promise<void> {
  const locationId = await day.location('MAINSTREET');
  const pharmacy = { locationId, code, name: 'Riverside Community Pharmacy', timeZone: 'America/Chicago' };
  await day.as('MANAGER', (tx) => saveOutsidePharmacy(tx, { ...pharmacy, externalIds: { chain: 'STORE-12' } }));
  const events = weeks(new Random(20_260_103), Date.now());
  for (let from = 0; from < events.length; from += mostEventsInACall) {
    const part = events.slice(from, from + mostEventsInACall);
    await day.as('SERVICE', (tx) => recordDispensingEvents(tx, part));
  }
}

/** Up to yesterday, from nine to seven there, fewer on Sundays. */
function weeks(random: Random, now: number): EventToRecord[] {
  const today = Math.floor(now / dayMs) * dayMs;
  return Array.from({ length: days }, (_none, index) => today - (index + 1) * dayMs).flatMap((at) => {
    const visits = new Date(at).getUTCDay() === 0 ? random.between(4, 8) : random.between(14, 24);
    return Array.from({ length: visits }, (_other, visit) => visitOf(random, at, visit)).flat();
  });
}

function visitOf(random: Random, day: number, visit: number): EventToRecord[] {
  const encounterId = `${new Date(day).toISOString().slice(0, 10)}-${visit}`;
  const about = {
    encounterId,
    pharmacyId: code,
    timestamp: new Date(day + random.between(15 * 60, 25 * 60 - 61) * minuteMs),
    userId: random.pick(['rph-1', 'rph-2', 'tech-4']),
    patientKey: `rx-${random.between(1, 160)}`,
    patientAgeGroup: random.pick(['CHILD', 'ADULT', 'ADULT', 'ADULT', 'ELDERLY'] as const),
    patientIsPregnant: random.chance(0.03),
  };
  return Array.from({ length: random.between(1, 3) }, (_none, line) => ({
    ...about,
    ...random.pick(drugs),
    dispenseRecordId: `${encounterId}-${line}`,
    isPrescription: random.chance(0.85),
    prescribedByGenericName: random.chance(0.6),
    stgCompliant: random.chance(0.94),
    overrideFlag: random.chance(0.03),
    dispensingSeconds: random.between(60, 900),
  }));
}
