/**
 * Gives products to a patient, or over the counter, first expiry first out: one record a line, with its batches, ledger
 * lines, analytics event, audit and outbox rows; all lines of the call or none. One call is one encounter.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED,
 * INSUFFICIENT_INVENTORY, RESERVATION_NOT_ACTIVE. Locks: key, stock rows of the products and place by id, reservations.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { DispenseRecord } from '../../entities/dispense-record.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { ownPatientHash } from '../analytics/patient-hash.ts';
import { anyRecord, lastGiven } from '../analytics/last-given.ts';
import { checkKey, claim, gate, type Claim, type Result } from '../claim.ts';
import { requirePositive } from '../decimal.ts';
import { checkOccurredAt } from '../occurred-at.ts';
import { unknownHere } from '../stock/known-here.ts';
import { lockReservations } from '../stock/held-reservation.ts';
import { lockedStockColumns, lockedStockJoins } from '../stock/lock-stock.ts';
import { requireKept, whyNot, type FoundPatient } from '../people/merged-records.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { drawLines, type Draw, type DrawLine } from './draw.ts';
import { eventOf, type Encounter } from './event.ts';
import { writeDispense, type Dispensed, type DispenseBatch } from './write-dispense.ts';

export interface DispenseLine extends DrawLine {
  readonly isPrescription?: boolean | null;
  readonly prescribedByGenericName?: boolean | null;
  readonly stgCompliant?: boolean | null;
  readonly overrideFlag?: boolean | null;
  readonly overrideReason?: string | null;
}

export interface Dispense {
  readonly idempotencyKey: string;
  readonly locationId: string;
  readonly patientId?: string | null;
  readonly providerId?: string | null;
  readonly startedAt?: Date | null;
  readonly occurredAt?: Date | null;
  readonly patientIsPregnant?: boolean | null;
  readonly reason?: string | null;
  readonly lines: readonly DispenseLine[];
}

const mostLines = 100;

/** `written` hears of the records that this transaction has written, not of those that a replay finds. */
export async function dispense(
  tx: Tx,
  input: Dispense,
  written?: (records: readonly DispenseRecord[]) => void,
): Promise<Result> {
  const reason = checkInput(input);
  const recordIds = input.lines.map(() => uuid());
  const said: Claim = { mutation: 'dispense', key: input.idempotencyKey, input, result: { record: recordIds } };
  const claimed = await lockBatches(tx, said, input);
  if (claimed.replay !== null) return claimed.replay;
  const { batches } = claimed;
  const [facts] = batches;
  if (facts === undefined) throw await nothingToDispense(tx, input);
  checkOccurredAt(input.occurredAt, facts.now);
  const encounter = encounterOf(tx, input, facts);
  await requireKnown(tx, input, batches);
  const draws = drawLines(
    input.lines,
    batches,
    await lockReservations(
      tx,
      input.lines.flatMap((line) => line.reservationId ?? []),
    ),
  );

  const dispensed = input.lines.map((line, index) =>
    dispensedLine(line, recordIds[index] ?? '', draws[index], encounter, batches),
  );
  const records = await writeDispense(tx, encounter, dispensed, reason);
  written?.(records);
  return { record: recordIds };
}

/** Answers the reason as it is kept. */
function checkInput(input: Dispense): string | null {
  checkKey(input.idempotencyKey);
  for (const field of ['locationId', 'patientId', 'providerId'] as const) optionalUuid(input[field], field);
  if (input.lines.length === 0 || input.lines.length > mostLines) {
    throw new Refusal('BAD_USER_INPUT', `A dispense has 1 to ${mostLines} lines.`, {
      field: 'lines',
      lines: input.lines.length,
    });
  }
  for (const line of input.lines) {
    for (const field of ['productId', 'stockId', 'reservationId'] as const) optionalUuid(line[field], field);
    const overrideReason = optionalText(line.overrideReason, 'overrideReason', 1_000);
    if (line.overrideFlag === true && overrideReason === null) {
      throw new Refusal('BAD_USER_INPUT', 'An override needs its reason.', {
        field: 'overrideReason',
        productId: line.productId,
      });
    }
  }
  const reason = optionalText(input.reason, 'reason', 1_000);
  for (const line of input.lines) requirePositive(line.quantity, 'quantity');
  return reason;
}

/**
 * All LIVE rows of the products at the place, and those named or reserved whatever their state, by id. The text names
 * only what the call needs, and each product for itself: then one plan serves, and the server keeps it.
 */
async function lockBatches(
  tx: Tx,
  said: Claim,
  input: Dispense,
): Promise<{ replay: Result } | { replay: null; batches: DispenseBatch[] }> {
  const { actor } = tx;
  const values: unknown[] = [
    input.locationId,
    actor.isSystem,
    actor.locationIds,
    input.patientId ?? null,
    input.providerId ?? null,
    input.occurredAt ?? null,
  ];
  const list = (ids: readonly (string | null | undefined)[]) =>
    [...new Set(ids)]
      .filter((id) => id != null)
      .map((id) => `$${7 + values.push(id)}::uuid`)
      .join(', ');
  const products = list(input.lines.map((line) => line.productId));
  const named = list(input.lines.map((line) => line.stockId));
  const reserved = list(input.lines.map((line) => line.reservationId));
  const wanted = [
    `s.status = 'LIVE'`,
    ...(named === '' ? [] : [`s.id IN (${named})`]),
    ...(reserved === ''
      ? []
      : [`s.id IN (SELECT stock_id FROM inventory.stock_reservation WHERE id IN (${reserved}))`]),
  ];
  const claimed = await claim<DispenseBatch>(tx, said, {
    locked: `SELECT s.* FROM inventory.stock s
      WHERE ${gate} AND s.location_id = $8 AND ($9::boolean OR $8 = ANY($10::uuid[])) AND s.product_id IN (${products})
        AND (${wanted.join(' OR ')})
      ORDER BY s.id FOR UPDATE`,
    columns: `${lockedStockColumns}, o.time_zone AS "timeZone",
      (coalesce($13::timestamptz, clock_timestamp()) AT TIME ZONE o.time_zone)::date AS "dispensedOn", p.name AS "productName", p.generic_name AS "genericName",
      p.is_antibiotic AS "isAntibiotic", p.is_injection AS "isInjection", p.aware_class AS "awareClass",
      p.pregnancy_risk AS "pregnancyRisk", p.unit_price AS "unitPrice", patient.birth_date AS "birthDate",
      ${lastGivenTo(ownPatientHash(tx, input.patientId), values)} AS "lastGivenAt",
      $11::uuid IS NULL OR patient.id IS NOT NULL AS "patientIsKnown", patient.merged_into AS "mergedIntoId",
      $12::uuid IS NULL OR provider.id IS NOT NULL AS "providerIsKnown"`,
    joins: `${lockedStockJoins} LEFT JOIN people.patient ON patient.id = $11 LEFT JOIN people."user" provider ON provider.id = $12 AND provider.active AND 'PROVIDER' = ANY(provider.roles)`,
    values,
  });
  return claimed.replay === null ? { replay: null, batches: claimed.rows } : claimed;
}

/** Only of controlled products, and only where there is a patient: the others do without the months of events. */
function lastGivenTo(hash: Buffer | null, values: unknown[]): string {
  if (hash === null) return 'NULL::timestamptz';
  const patient = anyRecord(`$${7 + values.push(hash)}::bytea`);
  const last = lastGiven({ patient, drug: 'p.id::text', at: 'coalesce($13::timestamptz, now())' });
  return `CASE WHEN p.dea_schedule IS NOT NULL THEN ${last} END`;
}

/** Why not one row could be locked: the place or a product is not known here, or nothing of it is LIVE. */
async function nothingToDispense(tx: Tx, input: Dispense): Promise<Refusal> {
  const unknown = (await unknownProduct(tx, input)) ?? (await unknownPerson(tx, input));
  if (unknown !== null) return unknown;
  const [line] = input.lines;
  const named = line?.stockId ?? line?.reservationId;
  if (named != null) return notFound(line?.stockId == null ? 'reservation' : 'stock', named);
  return new Refusal('INSUFFICIENT_INVENTORY', 'Nothing of this product is in stock here.', {
    productId: line?.productId,
    available: '0',
    requested: line?.quantity,
  });
}

/** Whatever is not known is told before what is known is found wanting. */
async function requireKnown(tx: Tx, input: Dispense, batches: readonly DispenseBatch[]): Promise<void> {
  const [facts] = batches;
  if (facts !== undefined) requireKept(facts, 'patientId', input.patientId);
  if (facts?.providerIsKnown === false) throw notFound('provider', input.providerId ?? '');
  const held = new Set(batches.map(({ productId }) => productId));
  if (input.lines.every(({ productId }) => held.has(productId))) return;
  const unknown = await unknownProduct(tx, input);
  if (unknown !== null) throw unknown;
}

async function unknownProduct(tx: Tx, { locationId, lines }: Dispense): Promise<Refusal | null> {
  const productIds = lines.map(({ productId }) => productId);
  return unknownHere(tx, locationId, productIds);
}

async function unknownPerson(tx: Tx, { patientId, providerId }: Dispense): Promise<Refusal | null> {
  const [known] = await tx.sql<FoundPatient & { readonly provider: boolean }>(
    `SELECT $1::uuid IS NULL OR p.id IS NOT NULL AS "patientIsKnown", p.merged_into AS "mergedIntoId",
       $2::uuid IS NULL OR EXISTS (SELECT FROM people."user" WHERE id = $2 AND active AND 'PROVIDER' = ANY(roles)) AS provider
     FROM (SELECT 1) AS one LEFT JOIN people.patient p ON p.id = $1`,
    [patientId ?? null, providerId ?? null],
  );
  if (known === undefined) return null;
  return whyNot(known, 'patientId', patientId) ?? (known.provider ? null : notFound('provider', providerId ?? ''));
}

function encounterOf(tx: Tx, input: Dispense, facts: DispenseBatch): Encounter {
  const at = input.occurredAt ?? facts.now;
  const seconds = input.startedAt == null ? null : Math.floor((at.getTime() - input.startedAt.getTime()) / 1_000);
  if (seconds !== null && (seconds < 0 || seconds > 86_400)) {
    throw new Refusal('BAD_USER_INPUT', 'startedAt must lie within the 24 hours before the dispensing.', {
      field: 'startedAt',
      seconds,
    });
  }
  return {
    id: uuid(),
    locationId: input.locationId,
    timeZone: facts.timeZone,
    patientId: input.patientId ?? null,
    patientHash: ownPatientHash(tx, input.patientId),
    providerId: input.providerId ?? null,
    birthDate: facts.birthDate,
    on: facts.dispensedOn,
    occurredAt: input.occurredAt ?? null,
    now: facts.now,
    dispensingSeconds: seconds,
    patientIsPregnant: input.patientIsPregnant ?? false,
    providerActs: input.providerId != null || tx.actor.roles.includes('PROVIDER'),
  };
}

function dispensedLine(
  line: DispenseLine,
  id: string,
  draw: Draw<DispenseBatch> | undefined,
  encounter: Encounter,
  batches: readonly DispenseBatch[],
): Dispensed {
  const product = batches.find((batch) => batch.productId === line.productId);
  if (draw === undefined || product === undefined) throw new Error('A line was neither drawn nor refused');
  return { id, line, draw, unitPrice: product.unitPrice, event: eventOf(line, product, encounter) };
}
