/** Scores the events of one call: each knows what the same patient had before, here already or in the same call, in any order. Pure. */
import { groupBy } from '../group-by.ts';
import type { Pharmacy } from './claim-senders.ts';
import type { ToldEvent } from './event-to-record.ts';
import { scoreRisk, type Risk, type RiskFacts } from './risk-model.ts';

/** An event whose pharmacy is known. */
export interface PlacedEvent {
  readonly event: ToldEvent;
  readonly pharmacy: Pharmacy;
  readonly patientHash: Buffer | null;
}

/** Null where the patient or the product can have no early repeat. */
export function patientOf({ event, patientHash }: PlacedEvent): Buffer | null {
  return event.isControlledDrug ? patientHash : null;
}

export interface KnownEvent extends PlacedEvent {
  readonly id: string;
  /** When the patient last had the product, of what is here already. */
  readonly lastGivenAt: Date | null;
}

export interface ScoredEvent extends PlacedEvent {
  readonly id: string;
  readonly risk: Risk;
}

export function scoreReceived(events: readonly KnownEvent[]): ScoredEvent[] {
  const byPatient = groupBy(
    events.filter((each) => patientOf(each) !== null),
    patientAndDrug,
  );
  return events.map((each) => {
    const { id, event, pharmacy, patientHash, lastGivenAt } = each;
    const beside = patientOf(each) === null ? [] : (byPatient.get(patientAndDrug(each)) ?? []);
    const times = beside.filter((other) => isBefore(other, each)).map((other) => other.event.timestamp.getTime());
    const last = Math.max(lastGivenAt?.getTime() ?? -Infinity, ...times);
    const risk = scoreRisk(factsOf(event, last === -Infinity ? null : new Date(last)));
    return { id, event, pharmacy, patientHash, risk };
  });
}

/** Field by field: a spread of all that is told takes longer than the scoring. */
function factsOf(event: ToldEvent, lastGivenAt: Date | null): RiskFacts {
  return {
    timestamp: event.timestamp,
    patientAgeGroup: event.patientAgeGroup,
    patientIsPregnant: event.patientIsPregnant,
    isPrescription: event.isPrescription,
    isControlledDrug: event.isControlledDrug,
    deaSchedule: event.deaSchedule,
    isAntibiotic: event.isAntibiotic,
    awareClass: event.awareClass,
    pregnancyRisk: event.pregnancyRisk,
    stgCompliant: event.stgCompliant,
    overrideFlag: event.overrideFlag,
    lastGivenAt,
  };
}

const patientAndDrug = ({ event, patientHash }: PlacedEvent) => `${patientHash?.toString('hex') ?? ''} ${event.drugId}`;

/** At the same moment counts, in the same visit does not. */
function isBefore(other: PlacedEvent, one: PlacedEvent): boolean {
  if (other === one || other.event.timestamp > one.event.timestamp) return false;
  return other.event.encounterId === null || other.event.encounterId !== one.event.encounterId;
}
