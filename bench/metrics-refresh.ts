/** Readers of stock with its metrics, at a quarter of what the machine could serve, with and without refreshes of the view. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { quantile } from '../test/live/crowd.ts';
import { ms, timeFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { inTurns, type Rounds } from './measure.ts';
import { pagesOf } from './stocks-page.ts';
import type { HttpJob } from './work.ts';

const query = `query ($after: String) { stocks(first: 50, after: $after) {
  nodes { id batchCode status onHand available product { id name } lot { id expiresOn } location { id name }
    metrics { totalQuantity availableQuantity expectedProfit daysOnShelf daysToExpiry profitPerShelfDay lastCalculatedAt } }
  pageInfo { hasNextPage endCursor } } }`;
const clients = 8;
const share = 0.25;
/** What has changed before each refresh. */
const changedRows = 1_000;
const longestRound = 120;

type Job = Omit<HttpJob, 'seconds'>;

export async function benchMetricsRefresh(ground: Ground, rounds: Rounds): Promise<Figure[]> {
  const unchanged = await timesOfNoChange(ground, 101);
  const { cursors } = await pagesOf(ground);
  const { url } = ground.api;
  const job: Job = {
    kind: 'http',
    url,
    token: ground.token,
    query,
    variables: cursors.map((after) => ({ after })),
    clients,
  };
  const [full] = await inTurns({ rounds: 1, seconds: rounds.seconds }, [job]);
  const paced = { ...job, perSecond: Math.max(1, Math.round((full?.perSecond ?? 0) * share)) };
  const refresher = new Refresher(ground);
  const took = await refresher.once();
  const always = await against(paced, rounds, () => refresher.runWithRest(0));
  const cycle = Math.min(longestRound, Math.max(rounds.seconds, took / 100));
  const rested = await against(paced, { ...rounds, seconds: cycle }, () => refresher.runWithRest(9));
  const median = quantile(unchanged, 0.5);
  const what = `${paced.perSecond} pages/s, ${ground.rows} rows`;
  return [
    timeFigure(
      'metrics-refresh',
      `readers' p95, ${what}, refreshes as the job runs them`,
      rested.busy,
      rested.alone,
      1.2,
      'without',
    ),
    {
      ...timeFigure(
        'metrics-refresh',
        `readers' p95, ${what}, one refresh after the other`,
        always.busy,
        always.alone,
        1.2,
        'without',
      ),
      met: null,
    },
    {
      bench: 'metrics-refresh',
      what: `a refresh, ${changedRows} of ${ground.rows} rows changed, readers running`,
      ours: ms(quantile(refresher.took, 0.5)),
      other: '',
      ratio: null,
      goal: '',
      met: null,
    },
    {
      bench: 'metrics-refresh',
      what: 'a refresh, nothing changed',
      ours: ms(median),
      other: '',
      ratio: null,
      goal: '≤ 5 ms',
      met: median <= 5,
    },
  ];
}

/** The p95 of the same readers, alone and beside something, in turn; medians of the rounds. */
async function against(
  job: Job & { readonly perSecond: number },
  { rounds, seconds }: Rounds,
  begin: () => () => Promise<void>,
) {
  const alone: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [before] = await inTurns({ rounds: 1, seconds }, [job]);
    const stop = begin();
    const [beside] = await inTurns({ rounds: 1, seconds }, [job]);
    await stop();
    alone.push(before?.p95 ?? Number.NaN);
    busy.push(beside?.p95 ?? Number.NaN);
  }
  return { alone: quantile(alone, 0.5), busy: quantile(busy, 0.5) };
}

class Refresher {
  readonly took: number[] = [];

  constructor(private readonly ground: Ground) {}

  async once(): Promise<number> {
    const { clinic } = this.ground;
    await clinic.owner.query(
      `UPDATE inventory.stock SET updated_at = clock_timestamp() WHERE id IN (SELECT id FROM inventory.stock TABLESAMPLE SYSTEM (1) LIMIT ${changedRows})`,
    );
    const client = new pg.Client({ connectionString: clinic.database.appUrl });
    await client.connect();
    try {
      const at = performance.now();
      await client.query(`SET statement_timeout = '15min'`);
      await client.query('SELECT inventory.refresh_stock_metrics(true)');
      this.took.push(performance.now() - at);
      return performance.now() - at;
    } finally {
      await client.end();
    }
  }

  /** One after the other, each followed by a rest of so many times what it took, until stopped; the last one is finished. */
  runWithRest(times: number): () => Promise<void> {
    const stopped = new AbortController();
    const run = async () => {
      while (!stopped.signal.aborted) {
        const took = await this.once();
        await delay(took * times, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    };
    const running = run();
    return async () => {
      stopped.abort();
      await running;
    };
  }
}

async function timesOfNoChange({ clinic }: Ground, calls: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: clinic.database.appUrl });
  await client.connect();
  const times: number[] = [];
  try {
    for (let call = 0; call < calls; call += 1) {
      const at = performance.now();
      const { rows } = await client.query<{ outcome: string }>('SELECT inventory.refresh_stock_metrics() AS outcome');
      times.push(performance.now() - at);
      if (rows[0]?.outcome !== 'UNCHANGED')
        throw new Error(`A refresh without a change was ${String(rows[0]?.outcome)}`);
    }
    return times;
  } finally {
    await client.end();
  }
}
