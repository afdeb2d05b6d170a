/**
 * Draws an exact amount from an opened vial for one patient: never more than remains, never after its time, never of a
 * lot that is blocked. The use has its analytics event; a vial that is drawn empty is DEPLETED.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED, VIAL_NOT_OPEN,
 * VIAL_EXPIRED, VIAL_OVERDRAWN {remaining, requested}, AUTHORISER_REQUIRED (a second patient, where the label says one).
 * Locks: key, the batch (shared), the vial.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { anyRecord, lastGiven } from '../analytics/last-given.ts';
import { ownPatientHash } from '../analytics/patient-hash.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, requirePositive } from '../decimal.ts';
import { eventOf, type EventProduct } from '../dispensing/event.ts';
import { checkOccurredAt } from '../occurred-at.ts';
import { requireAuthoriser, type Authoriser } from '../people/authoriser.ts';
import { requireKept } from '../people/merged-records.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { claimSession, requireOpen, type LockedSession } from './lock-session.ts';
import { writeUse, type Used } from './write-use.ts';

export interface UseVial {
  readonly idempotencyKey: string;
  readonly sessionId: string;
  readonly patientId: string;
  readonly providerId?: string | null;
  readonly doses: string;
  readonly treatment?: string | null;
  readonly site?: string | null;
  readonly charge?: string | null;
  readonly authoriser?: Authoriser | null;
  readonly occurredAt?: Date | null;
}

interface UseFacts extends EventProduct {
  readonly timeZone: string;
  readonly usedOn: string;
  readonly birthDate: string | null;
  readonly patientIsKnown: boolean;
  readonly mergedIntoId: string | null;
  readonly providerIsKnown: boolean;
}

/** `written` hears of what this transaction has written, not of what a replay finds. */
export async function useVial(tx: Tx, input: UseVial, written?: (used: Used) => void): Promise<Result> {
  const told = checkInput(tx, input);
  const usageId = uuid();
  const result = { session: [input.sessionId], usage: [usageId] };
  const said: Claim = { mutation: 'useVial', key: input.idempotencyKey, input, result };
  const claimed = await lockSession(tx, said, input, told.providerId);
  if (claimed.replay !== null) return claimed.replay;
  const { session } = claimed;
  requireKept(session, 'patientId', input.patientId);
  if (!session.providerIsKnown) throw notFound('provider', told.providerId);
  checkOccurredAt(input.occurredAt, session.now);
  requireWithin(session, input.occurredAt ?? null);
  requireOpen(session);
  requireRemaining(session, input.doses);
  const authoriser = await authoriserOf(tx, session, input);

  const encounter = {
    id: uuid(),
    locationId: session.locationId,
    timeZone: session.timeZone,
    patientId: input.patientId,
    patientHash: ownPatientHash(tx, input.patientId),
    providerId: told.providerId,
    birthDate: session.birthDate,
    on: session.usedOn,
    occurredAt: input.occurredAt ?? null,
    now: session.now,
    dispensingSeconds: null,
    patientIsPregnant: false,
    providerActs: true,
  };
  const used = await writeUse(tx, {
    id: usageId,
    session,
    patientId: input.patientId,
    encounter,
    event: eventOf({}, session, encounter),
    doses: input.doses,
    authoriser,
    ...told,
  });
  written?.(used);
  return result;
}

interface Told {
  readonly providerId: string;
  readonly treatment: string | null;
  readonly site: string | null;
  readonly charge: string | null;
}

function checkInput(tx: Tx, input: UseVial): Told {
  checkKey(input.idempotencyKey);
  for (const field of ['patientId', 'providerId'] as const) optionalUuid(input[field], field);
  const providerId = input.providerId ?? (tx.actor.roles.includes('PROVIDER') ? tx.actor.id : null);
  if (providerId === null) {
    throw new Refusal('BAD_USER_INPUT', 'Name the provider who treats (providerId).', { field: 'providerId' });
  }
  const charge = input.charge ?? null;
  if (charge !== null && exact(charge).lt(0)) {
    throw new Refusal('BAD_USER_INPUT', 'charge must not be below 0.', { field: 'charge' });
  }
  const treatment = optionalText(input.treatment, 'treatment', 255);
  const site = optionalText(input.site, 'site', 255);
  requirePositive(input.doses, 'doses');
  return { providerId, treatment, site, charge };
}

async function lockSession(tx: Tx, said: Claim, input: UseVial, providerId: string) {
  const lastOfPatient = lastGiven({
    patient: anyRecord('$14'),
    drug: 'p.id::text',
    at: 'coalesce($13::timestamptz, now())',
  });
  return claimSession<UseFacts>(tx, said, input.sessionId, {
    columns: `o.time_zone AS "timeZone", (coalesce($13::timestamptz, clock_timestamp()) AT TIME ZONE o.time_zone)::date AS "usedOn",
      p.name AS "productName", p.generic_name AS "genericName", p.is_antibiotic AS "isAntibiotic", p.is_injection AS "isInjection",
      p.aware_class AS "awareClass", p.pregnancy_risk AS "pregnancyRisk", patient.birth_date AS "birthDate",
      CASE WHEN p.dea_schedule IS NOT NULL THEN ${lastOfPatient} END AS "lastGivenAt",
      patient.id IS NOT NULL AS "patientIsKnown", patient.merged_into AS "mergedIntoId", provider.id IS NOT NULL AS "providerIsKnown"`,
    joins: `LEFT JOIN people.patient ON patient.id = $11 LEFT JOIN people."user" provider ON provider.id = $12 AND provider.active AND 'PROVIDER' = ANY(provider.roles)`,
    values: [input.patientId, providerId, input.occurredAt ?? null, ownPatientHash(tx, input.patientId)],
  });
}

function requireWithin(session: LockedSession, occurredAt: Date | null): void {
  if (occurredAt === null || occurredAt >= session.openedAt) return;
  throw new Refusal('BAD_USER_INPUT', 'occurredAt must not lie before the vial was opened.', {
    field: 'occurredAt',
    openedAt: session.openedAt.toISOString(),
  });
}

function requireRemaining({ id, remainingDoses, doseUnit }: LockedSession, doses: string): void {
  if (exact(doses).lte(remainingDoses)) return;
  const remaining = exact(remainingDoses).toString();
  throw new Refusal('VIAL_OVERDRAWN', `Only ${remaining} (${doseUnit}) remain in this vial.`, {
    sessionId: id,
    remaining,
    requested: doses,
  });
}

/** Whoever has had net doses of it counts, merged records as one; asked after the vial was locked. */
async function authoriserOf(tx: Tx, session: LockedSession, input: UseVial): Promise<Authoriser | null> {
  if (!session.singlePatient) return null;
  const others = await tx.sql(
    `SELECT 1 FROM inventory.vial_usage_record u JOIN people.patient p ON p.id = u.patient_id
     WHERE u.session_id = $1 AND coalesce(p.merged_into, p.id) <> $2 GROUP BY coalesce(p.merged_into, p.id) HAVING sum(u.doses) > 0 LIMIT 1`,
    [session.id, input.patientId],
  );
  if (others.length === 0) return null;
  return requireAuthoriser(
    tx.actor,
    input.authoriser,
    'The label allows one patient only, and another one has had doses of it.',
  );
}
