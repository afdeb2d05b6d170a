/** Vials opened, and doses drawn from opened ones, over HTTP, against their own statements in a bare loop. */
import { inTransaction } from '../src/db/in-transaction.ts';
import { openVial } from '../src/domain/vials/open-vial.ts';
import { useVial } from '../src/domain/vials/use-vial.ts';
import { newKey } from '../test/clinic.ts';
import { capture } from './capture.ts';
import { rateFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { inTurns, type Rounds } from './measure.ts';
import { newIds } from './replay.ts';

const clients = 8;
const openQuery = 'mutation ($input: OpenVialInput!) { openVial(input: $input) { session { id remainingDoses } } }';
const useQuery =
  'mutation ($input: UseVialInput!) { useVial(input: $input) { usage { id } session { remainingDoses } } }';
/** So many that nobody draws the last one while we measure. */
const doses = '1000000';
const openSessions = 200;

export async function benchVials(ground: Ground, rounds: Rounds): Promise<Figure[]> {
  await ground.clinic.owner.query(
    `UPDATE catalogue.product SET doses_per_stock_unit = $1, dose_unit = 'unit', label_stability_hours = 24, requires_reconstitution = false`,
    [doses],
  );
  return [await benchOpening(ground, rounds), await benchUses(ground, rounds)];
}

async function benchOpening(ground: Ground, rounds: Rounds): Promise<Figure> {
  const { clinic, actor, pairs } = ground;
  const [pair] = pairs;
  if (pair === undefined) throw new Error('There is no vial to open');
  let sessionId: string | undefined;
  const calls = await capture(async () => {
    const input = { idempotencyKey: newKey(), productId: pair[0], locationId: pair[1] };
    const { session } = await inTransaction(clinic.session(actor), (tx) => openVial(tx, input));
    sessionId = session?.[0];
  });
  const batch = await clinic.one<{ stock: string; lot: string }>(
    'SELECT stock_id AS stock, lot_id AS lot FROM inventory.open_vial_session WHERE id = $1',
    [sessionId],
  );
  const variables = pairs.map(([productId, locationId]) => ({
    input: { idempotencyKey: '$key', productId, locationId },
  }));
  const [ours, bare] = await inTurns(rounds, [
    { kind: 'http', url: ground.api.url, token: ground.token, query: openQuery, variables, clients },
    {
      ...{ kind: 'bare', databaseUrl: clinic.database.appUrl, calls: [calls], parallel: false, clients },
      ...{ newIds: newIds(calls, [actor.id]), newTexts: [], pair, pairs, batch: [batch.stock, batch.lot] },
    },
  ]);
  return rateFigure('vials', `opened, ${clients} clients`, ours?.perSecond ?? 0, bare?.perSecond ?? 0, 0.4);
}

async function benchUses(ground: Ground, rounds: Rounds): Promise<Figure> {
  const { clinic, actor } = ground;
  const provider = await clinic.actor(['PROVIDER'], actor.locationIds);
  const uses: (readonly [session: string, patient: string])[] = [];
  for (const [productId, locationId] of ground.pairs.slice(0, openSessions)) {
    const input = { idempotencyKey: newKey(), productId, locationId };
    const { session } = await inTransaction(clinic.session(actor), (tx) => openVial(tx, input));
    uses.push([session?.[0] ?? '', await clinic.patient()]);
  }
  const [pair] = uses;
  if (pair === undefined) throw new Error('There is no opened vial');
  const [sessionId, patientId] = pair;
  const more = { providerId: provider.id, doses: '1', charge: '14.5' };
  const calls = await capture(() =>
    inTransaction(clinic.session(actor), (tx) =>
      useVial(tx, { idempotencyKey: newKey(), sessionId, patientId, ...more }),
    ),
  );
  const variables = uses.map(([session, patient]) => ({
    input: { idempotencyKey: '$key', sessionId: session, patientId: patient, ...more },
  }));
  const [ours, bare] = await inTurns(rounds, [
    { kind: 'http', url: ground.api.url, token: ground.token, query: useQuery, variables, clients },
    {
      ...{ kind: 'bare', databaseUrl: clinic.database.appUrl, calls: [calls], parallel: false, clients },
      ...{
        newIds: newIds(calls, [actor.id, provider.id, sessionId, patientId]),
        newTexts: [],
        pair,
        pairs: uses,
        batch: null,
      },
    },
  ]);
  return rateFigure('vials', `doses drawn, ${clients} clients`, ours?.perSecond ?? 0, bare?.perSecond ?? 0, 0.4);
}
