/** Events of one sender, their risk by hand, and the orders in which its calls arrive. */
import type { Random } from '../../src/seed/random.ts';
import type { DeaSchedule, PatientAgeGroup } from '../../src/schema/enums.ts';
import { someEvents, type TestEvent } from '../dispensing-events.ts';

export interface SentEvent extends TestEvent {
  readonly patientKey: string | null;
  readonly patientAgeGroup: PatientAgeGroup;
  readonly patientIsPregnant: boolean;
  readonly pregnancyRisk: boolean;
  readonly deaSchedule: DeaSchedule | null;
  /** The sender takes it back, sooner or later. */
  readonly isTakenBack: boolean;
}

/** Months apart, in the nights in which the clocks are changed; the last two about a week, where early repeats end. */
const instants = ['2025-03-09', '2025-06-15', '2025-11-02', '2025-11-09'].map((day) => `${day}T12:00:00Z`);

/** Of any pharmacy. Few patients: what they have again is what an order could change. */
export function sentEvents(random: Random, count: number): SentEvent[] {
  const visitors = new Map<string, string>();
  const patients = Math.ceil(count / 100);
  return someEvents(random, count, [''], instants).map((event, index) => {
    const visit = event.encounterId ?? String(index);
    const patient = visitors.get(visit) ?? `patient ${random.between(1, patients)}`;
    visitors.set(visit, patient);
    const isControlledDrug = random.chance(0.3);
    return {
      ...event,
      id: `record-${index}`,
      isControlledDrug,
      ...(isControlledDrug ? controlled(random) : {}),
      deaSchedule: isControlledDrug ? random.pick(['CII', 'CIV', null] as const) : null,
      awareClass: event.isAntibiotic ? random.pick(['ACCESS', 'WATCH', 'RESERVE', null] as const) : null,
      patientKey: random.chance(0.9) ? patient : null,
      patientAgeGroup: random.pick(['NEONATE', 'INFANT', 'CHILD', 'ADOLESCENT', 'ADULT', 'ELDERLY'] as const),
      patientIsPregnant: random.chance(0.1),
      pregnancyRisk: random.chance(0.3),
      isTakenBack: random.chance(0.15),
    };
  });
}

/** One of five, so that people have it again. */
function controlled(random: Random): Pick<SentEvent, 'drugId' | 'drugName'> {
  const number = random.between(1, 5);
  return { drugId: `controlled-${number}`, drugName: `Controlled ${number}` };
}

export interface RiskByHand {
  readonly category: TestEvent['riskCategory'];
  /** Score, category, whether it is of high risk, each flag with its points, and an early repeat's hours. */
  readonly told: string;
}

/** By the table of docs/dispensing-risk.md, of what is there in the end. */
export function risksByHand(events: readonly SentEvent[]): Map<string, RiskByHand> {
  const had = new Map<string, SentEvent[]>();
  for (const event of events) {
    if (event.patientKey === null || !event.isControlledDrug) continue;
    const what = `${event.patientKey} ${event.drugId}`;
    had.set(what, [...(had.get(what) ?? []), event]);
  }
  return new Map(
    events.map((event) => [event.id, riskByHand(event, had.get(`${event.patientKey ?? ''} ${event.drugId}`) ?? [])]),
  );
}

function riskByHand(event: SentEvent, had: readonly SentEvent[]): RiskByHand {
  const flags: { readonly flag: string; readonly points: number }[] = [];
  const add = (applies: boolean, rule: string, points: number, evidence = '') => {
    if (applies) flags.push({ flag: `${rule} ${points}${evidence}`, points });
  };
  const { isControlledDrug, isPrescription } = event;
  add(isControlledDrug, 'CONTROLLED_DRUG', event.deaSchedule === 'CII' ? 30 : 20);
  add(!event.stgCompliant, 'STG_NON_COMPLIANT', 25);
  add(event.overrideFlag, 'OVERRIDE', 20);
  add(event.patientIsPregnant && event.pregnancyRisk, 'PREGNANCY_RISK', 35);
  add(event.isAntibiotic && !isPrescription, 'ANTIBIOTIC_WITHOUT_PRESCRIPTION', 25);
  add(event.awareClass === 'RESERVE', 'RESERVE_ANTIBIOTIC', 15);
  add(isControlledDrug && !isPrescription, 'CONTROLLED_WITHOUT_PRESCRIPTION', 40);
  const since = hoursSince(event, had);
  add(since <= 168, 'EARLY_REPEAT', 20, ` after ${Math.floor(since)} hours`);
  const isVulnerable = ['NEONATE', 'INFANT', 'ELDERLY'].includes(event.patientAgeGroup);
  add(isVulnerable && flags.length > 0, 'VULNERABLE_AGE', 10);
  const sum = flags.reduce((total, { points }) => total + points, 0);
  const category = sum >= 75 ? 'CRITICAL' : sum >= 50 ? 'HIGH' : sum >= 25 ? 'MEDIUM' : sum > 0 ? 'LOW' : 'NONE';
  const told = [Math.min(sum, 100), category, sum >= 50 ? 'high' : 'not high', ...flags.map(({ flag }) => flag)];
  return { category, told: told.join(', ') };
}

/** Since the patient had the same before, in another visit, not taken back; of what is not controlled it is never asked. */
function hoursSince(event: SentEvent, had: readonly SentEvent[]): number {
  if (event.patientKey === null || !event.isControlledDrug) return Infinity;
  const hours = had.flatMap((other) => {
    const isSameVisit =
      other.id === event.id || (other.encounterId !== null && other.encounterId === event.encounterId);
    const between = (event.timestamp.getTime() - other.timestamp.getTime()) / 3_600_000;
    return other.isTakenBack || isSameVisit || between < 0 ? [] : [between];
  });
  return Math.min(Infinity, ...hours);
}

export interface Call {
  /** Before which other calls; the same call again, where it is sent twice, at once. */
  readonly at: number;
  readonly takesBack: boolean;
  readonly events: readonly SentEvent[];
  readonly isSentTwice: boolean;
}

export type Way = 'shuffled' | 'in order' | 'backwards' | 'months late';
export const ways: readonly Way[] = ['shuffled', 'in order', 'backwards', 'months late'];
const mostNew = 900;
/** Of every order the last calls bring news and take back what came long before. */
export const lastCalls = 2;

/**
 * Calls of any size up to some 950 events; events doubled within a call, calls sent again at once or later; what is taken
 * back is so after it came, and sometimes before as well, which has to be refused.
 */
export function arrivalOf(random: Random, events: readonly SentEvent[], way: Way): Call[] {
  const queue = ordered[way](random, events);
  const lateOnes = Math.min(mostNew, Math.ceil(events.length / 20));
  const late = queue.filter(({ isTakenBack }) => !isTakenBack).slice(-lateOnes);
  const backLate = queue.filter(({ isTakenBack }) => isTakenBack).slice(0, lateOnes);
  const [isLate, isBackLate] = [new Set(late), new Set(backLate)];
  const left = queue.filter((event) => !isLate.has(event));
  const calls: Call[] = [];
  const few = Math.ceil(events.length / 8);
  for (let at = 0; left.length > 0; at += 1) {
    const some = left.splice(0, random.between(1, Math.min(mostNew, few)));
    const back = some.filter((event) => event.isTakenBack && !isBackLate.has(event));
    calls.push(...callsOf(random, { some, back, at, later: events.length / few }));
  }
  return [
    ...calls.sort((a, b) => a.at - b.at),
    { at: Infinity, takesBack: false, events: doubled(random, late), isSentTwice: true },
    { at: Infinity, takesBack: true, events: backLate, isSentTwice: true },
  ];
}

interface Chunk {
  readonly some: readonly SentEvent[];
  /** Of these. */
  readonly back: readonly SentEvent[];
  readonly at: number;
  /** By how many calls at the most something comes later. */
  readonly later: number;
}

function callsOf(random: Random, { some, back, at, later }: Chunk): Call[] {
  const call = { takesBack: false, events: doubled(random, some), isSentTwice: random.chance(0.2) };
  const again = random.chance(0.3) ? [{ ...call, at: at + 0.2 + random.next() * later }] : [];
  const backAt = at + 0.1 + random.next() * later;
  const times = back.length === 0 ? [] : random.chance(0.2) ? [at - 0.1, backAt] : [backAt];
  const reversal = { takesBack: true, events: back, isSentTwice: random.chance(0.2) };
  return [{ ...call, at }, ...again, ...times.map((time) => ({ ...reversal, at: time }))];
}

function doubled(random: Random, events: readonly SentEvent[]): SentEvent[] {
  return shuffled(random, [...events, ...events.filter(() => random.chance(0.05))]);
}

const byTime = (a: SentEvent, b: SentEvent) => a.timestamp.getTime() - b.timestamp.getTime();

const ordered: Readonly<Record<Way, (random: Random, events: readonly SentEvent[]) => SentEvent[]>> = {
  'in order': (_random, events) => [...events].sort(byTime),
  backwards: (_random, events) => [...events].sort((a, b) => byTime(b, a)),
  /** The first month comes when all the others are there. */
  'months late': (_random, events) => {
    const rising = [...events].sort(byTime);
    const month = rising[0]?.timestamp.toISOString().slice(0, 7) ?? '';
    const isFirst = ({ timestamp }: SentEvent) => timestamp.toISOString().startsWith(month);
    return [...rising.filter((event) => !isFirst(event)), ...rising.filter(isFirst)];
  },
  shuffled,
};

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
