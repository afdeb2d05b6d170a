/** Deliveries of known products in new lots, against their own statements in a bare loop. */
import { inTransaction } from '../src/db/in-transaction.ts';
import { intake } from '../src/domain/stock/intake.ts';
import { newKey } from '../test/clinic.ts';
import { capture } from './capture.ts';
import { rateFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { inTurns, type Rounds } from './measure.ts';
import { newIds } from './replay.ts';

const query = 'mutation ($input: IntakeInput!) { intake(input: $input) { stock { id } } }';
const clients = 8;
const lotNumber = 'LOT-NUMBER-OF-THE-CAPTURE';

const delivery = ([productId, locationId]: readonly [string, string]) => ({
  locationId,
  productId,
  vendorName: 'Vendor 1',
  expiresOn: '2099-06-30',
  quantity: '10',
  cogsMode: 'FIXED' as const,
  unitCogs: '5',
  paymentTerms: 'NET_30' as const,
});

export async function benchIntake(ground: Ground, rounds: Rounds): Promise<Figure[]> {
  const { clinic, actor, pairs } = ground;
  const [pair] = pairs;
  if (pair === undefined) throw new Error('there is nothing to take in');
  let stockId: string | undefined;
  const calls = await capture(async () => {
    const input = { ...delivery(pair), idempotencyKey: newKey(), manufacturerLotNumber: lotNumber };
    const result = await inTransaction(clinic.session(actor), (tx) => intake(tx, input));
    stockId = result['stock']?.[0];
  });
  const codes = await clinic.one<{ batch: string; sku: string; lot: string }>(
    'SELECT s.batch_code AS batch, s.sku, l.lot_code AS lot FROM inventory.stock s JOIN inventory.inventory_lot l ON l.id = s.lot_id WHERE s.id = $1',
    [stockId],
  );
  const [ours, bare] = await inTurns(rounds, [
    {
      kind: 'http',
      url: ground.api.url,
      token: ground.token,
      query,
      variables: pairs.map((each) => ({
        input: { ...delivery(each), idempotencyKey: '$key', manufacturerLotNumber: '$lot' },
      })),
      clients,
    },
    {
      kind: 'bare',
      databaseUrl: clinic.database.appUrl,
      calls: [calls],
      parallel: false,
      newIds: newIds(calls, [actor.id]),
      newTexts: [lotNumber, codes.batch, codes.sku, codes.lot],
      pair,
      pairs,
      batch: null,
      clients,
    },
  ]);
  return [rateFigure('intake', `${clients} clients`, ours?.perSecond ?? 0, bare?.perSecond ?? 0, 0.4)];
}
