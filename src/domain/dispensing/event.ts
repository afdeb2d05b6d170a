/** The analytics event of a dispensed line: what was given, to what kind of patient, how, and how risky that was. It names no patient. Pure. */
import { v7 as uuid } from 'uuid';
import type { AwareClass, DeaSchedule, PatientAgeGroup } from '../../schema/enums.ts';
import { scoreRisk, type Risk } from '../analytics/risk-model.ts';
import { ageGroup } from './age-group.ts';

/** What is the same for all lines of one call. */
export interface Encounter {
  readonly id: string;
  readonly locationId: string;
  readonly timeZone: string;
  readonly patientId: string | null;
  readonly patientHash: Buffer | null;
  readonly providerId: string | null;
  readonly birthDate: string | null;
  /** The day at the location on which it happened, as told. */
  readonly on: string;
  /** As told; null is now. */
  readonly occurredAt: Date | null;
  /** By the database's clock, while the locks are held. */
  readonly now: Date;
  readonly dispensingSeconds: number | null;
  readonly patientIsPregnant: boolean;
  /** A provider is given, or acts. */
  readonly providerActs: boolean;
}

export interface EventProduct {
  readonly productId: string;
  readonly productName: string;
  readonly genericName: string | null;
  readonly deaSchedule: DeaSchedule | null;
  readonly isAntibiotic: boolean;
  readonly isInjection: boolean;
  readonly awareClass: AwareClass | null;
  readonly pregnancyRisk: boolean;
  /** When the same patient last had it, of a controlled product. */
  readonly lastGivenAt: Date | null;
}

export interface EventLine {
  readonly isPrescription?: boolean | null;
  readonly prescribedByGenericName?: boolean | null;
  readonly stgCompliant?: boolean | null;
  readonly overrideFlag?: boolean | null;
  readonly overrideReason?: string | null;
}

export interface NewEvent {
  readonly id: string;
  readonly product: EventProduct;
  readonly patientAgeGroup: PatientAgeGroup;
  readonly isPrescription: boolean;
  readonly prescribedByGenericName: boolean | null;
  readonly stgCompliant: boolean;
  readonly overrideFlag: boolean;
  readonly overrideReason: string | null;
  readonly risk: Risk;
}

export function eventOf(line: EventLine, product: EventProduct, encounter: Encounter): NewEvent {
  const facts = {
    // Of an unknown age nothing vulnerable is assumed.
    patientAgeGroup: encounter.birthDate === null ? 'ADULT' : ageGroup(encounter.birthDate, encounter.on),
    isPrescription: line.isPrescription ?? encounter.providerActs,
    stgCompliant: line.stgCompliant ?? true,
    overrideFlag: line.overrideFlag ?? false,
  };
  const { patientIsPregnant, occurredAt, now } = encounter;
  return {
    ...facts,
    id: uuid(),
    product,
    prescribedByGenericName: line.prescribedByGenericName ?? null,
    overrideReason: line.overrideReason ?? null,
    risk: scoreRisk({
      ...product,
      ...facts,
      patientIsPregnant,
      isControlledDrug: product.deaSchedule !== null,
      timestamp: occurredAt ?? now,
    }),
  };
}
