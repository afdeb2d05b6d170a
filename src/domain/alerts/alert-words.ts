/**
 * What alerts say, in plain words with the figures that a person needs. They name nothing that changes by itself from one
 * day to the next ("in 12 days"): each alert would be written anew every night. No patient data. Pure.
 */
import type { AuditReport } from '../audit-seal/verify-audit.ts';
import type { RecallClass } from '../../schema/enums.ts';
import { exact } from '../decimal.ts';

/** A product, with what its stock is counted in. */
export interface ProductWords {
  readonly product: string;
  readonly stockUnit: string;
}

export interface LotWords extends ProductWords {
  readonly place: string;
  readonly lotNumber: string;
  /** Its last day. */
  readonly expiresOn: string;
  readonly units: string;
}

export interface ReorderWords extends ProductWords {
  readonly place: string;
  /** What may be taken, and what is there besides. */
  readonly available: string;
  readonly unavailable: string;
  readonly reorderPoint: string | null;
  readonly reorderQuantity: string | null;
}

interface Words {
  readonly title: string;
  readonly message: string;
}

export function expiringWords({ product, stockUnit, place, lotNumber, expiresOn, units }: LotWords): Words {
  return {
    title: `${short(product)}: lot ${lotNumber} expires on ${expiresOn}`,
    message: `${place} has ${counted(units, stockUnit)} of lot ${lotNumber} of ${product}. ${expiresOn} is the last day of use: use this lot first, or move it to where it will be used in time.`,
  };
}

export function expiredWords({ product, stockUnit, place, lotNumber, expiresOn, units }: LotWords): Words {
  return {
    title: `${short(product)}: lot ${lotNumber} has expired`,
    message: `${expiresOn} was the last day of lot ${lotNumber} of ${product}. ${place} has ${counted(units, stockUnit)} of it in quarantine, to be taken off the shelf and recorded as waste.`,
  };
}

export function recalledWords({ product, stockUnit, place, lotNumber, units }: Omit<LotWords, 'expiresOn'>): Words {
  return {
    title: `${short(product)}: lot ${lotNumber} is recalled`,
    message: `Lot ${lotNumber} of ${product} is recalled. ${place} has ${counted(units, stockUnit)} of it in quarantine, not to be used and to be kept apart.`,
  };
}

export interface RecallWords extends ProductWords {
  readonly reference: string;
  readonly recallClass: RecallClass;
  readonly reason: string;
  readonly place: string;
  /** None where no lot of the product is known. */
  readonly lotNumbers: readonly string[] | null;
  /** On hand there; all of it is in quarantine. */
  readonly units: string;
  /** Shipped to it by transfer, and not received yet. */
  readonly onTheWay: string;
  readonly openVials: number;
}

export function recallWords(words: RecallWords): Words {
  const { product, stockUnit, place, reference, units, onTheWay, openVials } = words;
  const lots = words.lotNumbers === null ? 'lots' : listed('lot', words.lotNumbers);
  const vials = openVials === 0 ? '' : ` and ${openVials} open ${openVials === 1 ? 'vial' : 'vials'}`;
  const coming = exact(onTheWay).isZero() ? '' : `, ${counted(onTheWay, stockUnit)} on their way to it`;
  return {
    title: `${short(product)}: recall ${shortened(reference, 60)}`,
    message: `${classOf(words.recallClass)} recall of ${lots} of ${shortened(product, 200)}: ${sentence(words.reason)} ${place} has ${counted(units, stockUnit)} of it in quarantine${vials}${coming}: not to be used, to be kept apart. Look at every shelf, then acknowledge the recall.`,
  };
}

export interface RecallMatchWords {
  readonly noticeNumber: string;
  readonly recallClass: RecallClass;
  readonly reason: string;
  readonly matches: number;
  readonly products: readonly string[];
}

export function recallMatchWords({ noticeNumber, recallClass, reason, matches, products }: RecallMatchWords): Words {
  const [first = ''] = products;
  return {
    title: `${short(first)}: notice ${shortened(noticeNumber, 60)} may concern it`,
    message: `${classOf(recallClass)} recall ${noticeNumber}: ${sentence(reason)} It may concern ${listed('product', products)}: ${matches} ${matches === 1 ? 'match waits' : 'matches wait'} for a decision.`,
  };
}

const classOf = (recallClass: RecallClass): string => `Class ${recallClass.slice('CLASS_'.length)}`;

const sentence = (words: string): string => `${shortened(words.trim().replace(/[.\s]+$/, ''), 500)}.`;

function listed(what: string, names: readonly string[]): string {
  const told = names.slice(0, 5).map((name) => shortened(name, 100));
  const more = names.length > told.length ? ` and ${names.length - told.length} more` : '';
  return `${names.length === 1 ? what : `${what}s`} ${told.join(', ')}${more}`;
}

export function lowWords(words: ReorderWords & { readonly reorderPoint: string }): Words {
  const { product, stockUnit, place, available, reorderPoint } = words;
  return {
    title: `${short(product)} is low at ${place}`,
    message: `${place} has ${counted(available, stockUnit)} of ${product} to use; the reorder point is ${plain(reorderPoint)}.${besides(words)}${order(words)}`,
  };
}

export function outWords(words: ReorderWords): Words {
  const { product, place } = words;
  return {
    title: `${short(product)} is out of stock at ${place}`,
    message: `${place} has nothing of ${product} to use.${besides(words)}${order(words)}`,
  };
}

export interface CountedWords extends ProductWords {
  readonly place: string;
  readonly lotNumber: string;
  readonly batchCode: string;
  readonly countCode: string;
  readonly expected: string;
  readonly counted: string;
  /** Released because of it, and what they held. */
  readonly reservations: number;
  readonly reservedUnits: string;
}

export function countVarianceWords(words: CountedWords): Words {
  const { product, stockUnit, place, lotNumber, batchCode, countCode, expected } = words;
  const found = counted(words.counted, stockUnit);
  return {
    title: `${short(product)}: ${found} counted, ${plain(expected)} expected`,
    message: `Count ${countCode} at ${place} found ${found} of lot ${lotNumber} of ${product} (batch ${batchCode}), where ${plain(expected)} were expected. The difference is posted.${released(words)} Find out how it came about.`,
  };
}

/** Of the message of such an alert: which count it was. */
export function countCodeOf(message: string): string | null {
  return /^Count (\S+) at /.exec(message)?.[1] ?? null;
}

function released({ reservations, reservedUnits, stockUnit }: CountedWords): string {
  if (reservations === 0) return '';
  const what = reservations === 1 ? 'A reservation' : `${reservations} reservations`;
  return ` ${what} of ${counted(reservedUnits, stockUnit)} could not be kept: tell whoever waits for them.`;
}

export interface VialWords {
  readonly product: string;
  readonly doseUnit: string;
  readonly place: string;
  readonly lotNumber: string;
  readonly remaining: string;
  /** Until when it may be used, by the clock of the place: "2027-03-31 14:05". */
  readonly until: string;
  readonly isControlled: boolean;
}

export function vialExpiringWords({ product, place, lotNumber, until }: VialWords): Words {
  return {
    title: `${short(product)}: an open vial is to be used until ${until}`,
    message: `An open vial of ${product}, lot ${lotNumber}, at ${place} may be used until ${until}. What remains then is waste.`,
  };
}

export function vialExpiredWords(words: VialWords): Words {
  const { product, doseUnit, place, lotNumber, remaining, until, isControlled } = words;
  const waits = isControlled && exact(remaining).gt(0);
  const rest = waits
    ? `${counted(remaining, doseUnit)} of this controlled drug remain: two people close it and record what becomes of them.`
    : 'What remained is recorded as waste; close it when it has been thrown away.';
  return {
    title: `${short(product)}: an open vial has expired`,
    message: `An open vial of ${product}, lot ${lotNumber}, at ${place} was to be used until ${until}. ${rest}`,
  };
}

export interface ShortLine extends ProductWords {
  readonly lotNumber: string;
  readonly shipped: string;
  readonly damaged: string;
  readonly lost: string;
}

export interface TransferWords {
  readonly code: string;
  readonly from: string;
  readonly to: string;
  readonly lines: readonly ShortLine[];
}

/** The first lines; the transfer tells of all. */
export function transferWords({ code, from, to, lines }: TransferWords): Words {
  const told = lines.slice(0, 5).map(({ product, stockUnit, lotNumber, shipped, damaged, lost }) => {
    const missing = [...missed(damaged, 'damaged'), ...missed(lost, 'lost')].join(' and ');
    return `${missing} of ${counted(shipped, stockUnit)} of ${short(product)}, lot ${lotNumber}`;
  });
  const more = lines.length > told.length ? `; and ${lines.length - told.length} more lines` : '';
  return {
    title: `Transfer ${code} did not arrive as it was shipped`,
    message: `From ${from} to ${to}: ${told.join('; ')}${more}. It is written off at ${to}. Find out what has happened.`,
  };
}

const missed = (quantity: string, how: string): string[] =>
  exact(quantity).gt(0) ? [`${plain(quantity)} ${how}`] : [];
export interface ExcursionWords {
  readonly unit: string;
  readonly place: string;
  /** By the clock of the place: "2027-03-31 14:05"; null while it lasts. */
  readonly since: string;
  readonly until: string | null;
  readonly lowest: string;
  readonly highest: string;
  readonly limitMin: string;
  readonly limitMax: string;
  /** Of a batch only. */
  readonly product: string | null;
  readonly batchCode: string | null;
  readonly budgetMinutes: number | null;
}

/** What is still growing is not named, or the alert would be written anew with each reading. */
export function unitExcursionWords({ unit, place, since, until, limitMin, limitMax, ...told }: ExcursionWords): Words {
  const measured = until === null ? '' : ` It ended at ${until}; measured were ${range(told.lowest, told.highest)}.`;
  return {
    title: `${short(unit)} at ${short(place)} was out of its temperature limits`,
    message: `${unit} at ${place} left its limits of ${range(limitMin, limitMax)} at ${since}.${measured} Look at what stands in it, and acknowledge the excursion.`,
  };
}

export function batchExcursionWords({ product, batchCode, place, budgetMinutes, since }: ExcursionWords): Words {
  return {
    title: `${short(product ?? '')}: batch ${shortened(batchCode ?? '', 60)} was too long out of its limits`,
    message: `Batch ${batchCode ?? ''} of ${product ?? ''} at ${place} has been out of its temperature limits for more than the ${budgetMinutes ?? 0} minutes in 7 days that it bears, the first of them on ${since}. It is in quarantine, its open vials must not be used: decide whether it may be used.`,
  };
}

export interface LedgerWords {
  /** As "batch BCH-1" or "dispense …". */
  readonly what: string;
  readonly place: string;
  readonly faults: readonly { readonly check: string; readonly message: string }[];
}

/** The first faults; `lotkeeper db verify` names them all. */
export function ledgerWords({ what, place, faults }: LedgerWords): Words {
  const told = faults.slice(0, 3).map(({ check, message }) => `"${check}" does not hold: ${message}.`);
  const more = faults.length > told.length ? ` And ${faults.length - told.length} more.` : '';
  return {
    title: `The books of ${shortened(what, 150)} do not add up`,
    message: `${place}, ${what}. ${shortened(told.join(' '), 1_000)}${more} Count it, and have "lotkeeper db verify" run.`,
  };
}

export type AlteredTrail = Pick<AuditReport, 'faultCount' | 'faults'>;

export function auditWords({ faultCount, faults }: AlteredTrail): Words {
  const told = faults.slice(0, 3).map(({ message }) => message);
  const more = faultCount > told.length ? ` And ${faultCount - told.length} more.` : '';
  return {
    title: 'The audit trail is not as it was sealed',
    message: `${shortened(told.join(' '), 1_000)}${more} Let nobody write, keep the database as it is, and have "lotkeeper audit verify" run.`,
  };
}

const range = (low: string, high: string): string => `${plain(low)} to ${plain(high)} °C`;

function besides({ stockUnit, unavailable }: ReorderWords): string {
  if (!exact(unavailable).gt(0)) return '';
  return ` Besides, ${counted(unavailable, stockUnit)} may not be taken: reserved, on hold, in quarantine or not yet checked in.`;
}

function order({ stockUnit, reorderQuantity }: ReorderWords): string {
  const wanted = reorderQuantity !== null && exact(reorderQuantity).gt(0);
  return wanted ? ` To order: ${counted(reorderQuantity, stockUnit)}.` : ' Order more.';
}

/** Titles have 200 characters, of which a place or a lot number may take 100. */
const short = (name: string): string => shortened(name, 60);

function shortened(words: string, most: number): string {
  const characters = Array.from(words);
  return characters.length <= most ? words : `${characters.slice(0, most - 1).join('')}…`;
}

const plain = (quantity: string): string => exact(quantity).toString();

/** "1 vial", "12 boxes", "0.5 mL". */
export function counted(quantity: string, unit: string): string {
  return `${plain(quantity)} ${plain(quantity) === '1' ? unit : plural(unit)}`;
}

/** Of English words; what does not look like one is left as it is: "mL", "kg", "50 mL". */
function plural(unit: string): string {
  const word = /[a-z]{3,}$/.exec(unit)?.[0];
  if (word === undefined) return unit;
  if (/[^s]s$/.test(word)) return unit;
  if (/(s|x|z|ch|sh)$/.test(word)) return `${unit}es`;
  if (/[^aeiou]y$/.test(word)) return `${unit.slice(0, -1)}ies`;
  return `${unit}s`;
}
