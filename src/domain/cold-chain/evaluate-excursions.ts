/**
 * Finds the excursions of a storage unit, and of the batches that stood in it, anew for the time of new readings: the
 * same whatever the order in which readings came. Batches over budget are held back, alerts are raised or resolved, in
 * one transaction. What a person has released is not judged again, unless it was for more minutes than were known then;
 * minutes before and after it are.
 * Locks: the evaluation of temperatures, excursions by id, stock by id, reservations, then alerts.
 */
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { settleTemperatureAlerts } from '../alerts/temperature-alerts.ts';
import { claim, gate } from '../claim.ts';
import { lockStock } from '../stock/lock-stock.ts';
import { holdBatches, type ToHold } from './hold-batches.ts';
import { matchExcursions, type FoundExcursion, type Matching } from './match-excursions.ts';
import { isExcursion, minutesOf, outPeriods, type OutPeriod } from './out-periods.ts';
import { reachOf, readBatches, readUnits, type Batch, type Range, type UnitHistory } from './read-units.ts';
import { batchPeriods, budgetWindow, decisionsThatHold, spentBudgets } from './spent-budget.ts';
import { lockExcursions, writeExcursions, type StoredExcursion, type WrittenExcursion } from './write-excursions.ts';

export interface Evaluated {
  readonly found: number;
  readonly superseded: number;
  readonly held: number;
}

export async function evaluateExcursions(tx: Tx, storageUnitId: string, range: Range): Promise<Evaluated> {
  const locationId = await begin(tx, storageUnitId);
  if (locationId === null) return { found: 0, superseded: 0, held: 0 };
  const reach = await reachOf(tx, storageUnitId, range);
  const batches = await readBatches(tx, storageUnitId, reach);
  const known = await lockExcursions(
    tx,
    storageUnitId,
    reach,
    batches.map(({ stockId }) => stockId),
  );
  const units = [
    ...new Set([storageUnitId, ...batches.flatMap(({ stays }) => stays.map((stay) => stay.storageUnitId))]),
  ];
  const histories = await readUnits(tx, units, batches.length === 0 ? reach : withBudgets(reach, known));
  const periodsOf = new Map([...histories].map(([id, history]) => [id, periodsIn(history)]));

  const found = [
    ...consecutive(histories.get(storageUnitId), periodsOf.get(storageUnitId) ?? [], reach),
    ...batches.flatMap((batch) => cumulative(batch, periodsOf, known)),
  ];
  const open = known.filter(({ releasedAt }) => releasedAt === null);
  const matching = matchExcursions(found, open);
  await lockStock(tx, unsettled(matching, batches));
  const written = await writeExcursions(tx, matching, locationId);
  const held = await holdBatches(tx, toHold(written.current, batches));
  await settleTemperatureAlerts(tx, {
    storageUnitIds: [storageUnitId],
    stockIds: batches.map(({ stockId }) => stockId),
  });
  return { found: written.raised, superseded: written.superseded, held };
}

/** One at a time: a batch may have stood in two units that are looked at at once. In a statement of its own. */
async function begin(tx: Tx, storageUnitId: string): Promise<string | null> {
  await tx.sql('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.temperatures]);
  const claimed = await claim<{ locationId: string }>(
    tx,
    { mutation: 'evaluateExcursions', key: null, input: {} },
    {
      locked: `SELECT location_id FROM inventory.storage_unit WHERE ${gate} AND id = $8`,
      columns: 'l.location_id AS "locationId"',
      values: [storageUnitId],
    },
  );
  return claimed.replay === null ? (claimed.rows[0]?.locationId ?? null) : null;
}

/** From 7 days before, and before what is known; all that came later, for whatever ended since has ended then. */
function withBudgets(reach: Range, known: readonly StoredExcursion[]): Range {
  const starts = known.filter(({ kind }) => kind === 'CUMULATIVE').map(({ from }) => from);
  return { from: Math.min(reach.from, ...starts) - budgetWindow, to: Infinity };
}

/**
 * Batches that an excursion will refer to, or hold. Locked before it does: who refers to a row, and then wants it for
 * himself, would wait for whoever waits for it.
 */
function unsettled({ current }: Matching, batches: readonly Batch[]): string[] {
  const heldFor = new Map(batches.map(({ stockId, excursionId }) => [stockId, excursionId]));
  const ids = current.flatMap(({ found: { stockId }, known }) => {
    const isSettled = stockId === null || (known !== null && known.id === heldFor.get(stockId));
    return isSettled ? [] : [stockId];
  });
  return [...new Set(ids)];
}

/** The latest excursion of each batch, unless it is held for that one already. */
function toHold(current: readonly WrittenExcursion[], batches: readonly Batch[]): ToHold[] {
  const latest = new Map(current.map(({ stockId, id }) => [stockId, id]));
  return batches.flatMap(({ stockId, excursionId }) => {
    const found = latest.get(stockId);
    return found === undefined || found === excursionId ? [] : [{ stockId, excursionId: found }];
  });
}

function periodsIn({ limits, readings, watches }: UnitHistory): OutPeriod[] {
  return outPeriods(limits, readings, watches);
}

/** Those of the time looked at; what lies further away has not changed. */
function consecutive(history: UnitHistory | undefined, periods: readonly OutPeriod[], reach: Range): FoundExcursion[] {
  if (history === undefined) return [];
  const { storageUnitId, watches } = history;
  return periods
    .filter((period) => period.from >= reach.from && period.from <= reach.to && isExcursion(period, watches))
    .map((period) => ({
      ...{ ...period, kind: 'CONSECUTIVE' as const, storageUnitId, stockId: null },
      ...{ minutes: minutesOf(period), budgetMinutes: null },
    }));
}

function cumulative(
  { stockId, budgetMinutes, decidedElsewhere, stays }: Batch,
  periodsOf: ReadonlyMap<string, readonly OutPeriod[]>,
  known: readonly StoredExcursion[],
): FoundExcursion[] {
  const periods = batchPeriods(stays, periodsOf);
  const released = known.flatMap(({ stockId: id, releasedAt, from, to, minutes }) =>
    id === stockId && releasedAt !== null && to !== null ? [{ from, to, minutes }] : [],
  );
  const decided = decisionsThatHold(periods, budgetMinutes, [...decidedElsewhere, ...released]);
  return spentBudgets(periods, budgetMinutes, decided).map((spent) => ({
    ...{ ...spent, kind: 'CUMULATIVE' as const, stockId, budgetMinutes },
  }));
}
