/** Pages of 50 stock rows with product, lot and location, anywhere in the list, against the same four statements. */
import { answer } from '../test/api.ts';
import { capture, type Sent } from './capture.ts';
import { ms, rateFigure, timeFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { inTurns, type Rounds } from './measure.ts';
import type { HttpJob } from './work.ts';

const query = `query ($after: String) { stocks(first: 50, after: $after) {
  nodes { id batchCode sku status onHand reserved available unitCogs product { id name } lot { id manufacturerLotNumber expiresOn } location { id name } }
  pageInfo { hasNextPage endCursor } } }`;
const pages = 20;

interface Page {
  readonly stocks: { readonly pageInfo: { readonly endCursor: string | null } };
}

export async function pagesOf({ clinic, actor }: Ground): Promise<{ cursors: (string | null)[]; calls: Sent[][] }> {
  const cursors: (string | null)[] = [];
  const calls: Sent[][] = [];
  let after: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const variables: { after: string | null } = { after };
    cursors.push(after);
    let endCursor: string | null = null;
    calls.push(
      await capture(async () => {
        endCursor = (await answer<Page>(clinic, actor, query, variables)).stocks.pageInfo.endCursor;
      }),
    );
    after = endCursor;
  }
  return { cursors, calls };
}

export function stocksPageJob(
  ground: Ground,
  clients: number,
  cursors: readonly (string | null)[],
): Omit<HttpJob, 'seconds'> {
  return {
    kind: 'http',
    url: ground.api.url,
    token: ground.token,
    query,
    variables: cursors.map((after) => ({ after })),
    clients,
  };
}

export async function benchStocksPage(small: Ground, large: Ground | null, rounds: Rounds): Promise<Figure[]> {
  const figures: Figure[] = [];
  const p95s: number[] = [];
  for (const ground of large === null ? [small] : [small, large]) {
    const { cursors, calls } = await pagesOf(ground);
    const bare = {
      kind: 'bare' as const,
      databaseUrl: ground.clinic.database.appUrl,
      calls,
      parallel: true,
      newIds: [],
      newTexts: [],
      pair: null,
      pairs: [],
      batch: null,
    };
    for (const clients of [8, 32]) {
      const [ours, other] = await inTurns(rounds, [stocksPageJob(ground, clients, cursors), { ...bare, clients }]);
      const what = `${clients} clients, ${ground.rows} rows`;
      figures.push(rateFigure('stocks-page', what, ours?.perSecond ?? 0, other?.perSecond ?? 0, 0.3));
      if (clients === 32) {
        p95s.push(ours?.p95 ?? 0);
        figures.push({
          bench: 'stocks-page',
          what: `p95, ${what}`,
          ours: ms(ours?.p95 ?? 0),
          other: ms(other?.p95 ?? 0),
          ratio: null,
          goal: '< 100 ms',
          met: (ours?.p95 ?? 0) < 100,
        });
      }
    }
    const statements = Math.max(...calls.map((call) => call.length));
    figures.push({
      bench: 'stocks-page',
      what: 'statements a page',
      ours: String(statements),
      other: '',
      ratio: null,
      goal: '≤ 4',
      met: statements <= 4,
    });
  }
  const [few = 0, many] = p95s;
  if (many !== undefined) figures.push(timeFigure('stocks-page', 'p95 at 1 M against 10 k', many, few, 1.5, 'at 10 k'));
  return figures;
}
