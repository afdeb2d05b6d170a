/** `npm run bench [name…] [--short]`: measures by ratio, prints a table, keeps the figures. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { Cluster } from '../test/live/cluster.ts';
import { build } from '../test/program.ts';
import { benchAggregate } from './aggregate.ts';
import { benchAlertJobs } from './alert-jobs.ts';
import { benchAlerts } from './alerts.ts';
import { benchColdStart } from './cold-start.ts';
import { benchConsolidated } from './consolidated.ts';
import { benchDedupe } from './dedupe.ts';
import { benchDispense, benchDispenseHot } from './dispense.ts';
import { table, type Figure } from './figures.ts';
import { buildGround, type Ground } from './ground.ts';
import { benchGrowth } from './growth.ts';
import { benchIngest } from './ingest.ts';
import { benchIntake } from './intake.ts';
import { benchLegacy } from './legacy.ts';
import { benchMetricsRefresh } from './metrics-refresh.ts';
import { benchOverview } from './overview.ts';
import { benchRecallTrace } from './recall-trace.ts';
import { benchStocksPage } from './stocks-page.ts';
import { benchTemperatures } from './temperatures.ts';
import { benchVials } from './vials.ts';
import type { Rounds } from './measure.ts';

const names = [
  'dispense',
  'dispense-hot',
  'intake',
  'vials',
  'temperatures',
  'stocks-page',
  'consolidated',
  'growth',
  'overview',
  'metrics-refresh',
  'alert-jobs',
  'recall-trace',
  'legacy',
  'alerts',
  'dpap-ingest',
  'dpap-aggregate',
  'dedupe',
  'cold-start',
] as const;
const short = process.argv.includes('--short');
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
/** `--events=1000000`: fewer than the five million that the goal is for. */
const eventsAsked = () =>
  Number(process.argv.find((argument) => argument.startsWith('--events='))?.slice('--events='.length) ?? 5_000_000);
/** `--patients=1000000`: more than the hundred thousand that the goal of the time is for. */
const patientsAsked = () =>
  Number(process.argv.find((argument) => argument.startsWith('--patients='))?.slice('--patients='.length) ?? 100_000);
const unknown = asked.filter((name) => !names.some((known) => known === name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${names.join(', ')}.\n`);
  process.exit(2);
}
const wanted = (name: (typeof names)[number]) => asked.length === 0 || asked.includes(name);
const rounds: Rounds = short ? { rounds: 1, seconds: 1 } : { rounds: 3, seconds: 4 };
const figures: Figure[] = [];
/** What else the machine was busy with when we began. */
const busyBefore = Number(loadavg()[0]?.toFixed(2));

function add(more: readonly Figure[]): void {
  figures.push(...more);
  process.stdout.write(`${table(more)}\n\n`);
}

async function onSmall(small: Ground): Promise<void> {
  if (wanted('dispense')) add(await benchDispense(small, rounds));
  if (wanted('dispense-hot')) add(await benchDispenseHot(small, rounds));
  if (wanted('intake')) add(await benchIntake(small, rounds));
  if (wanted('vials')) add(await benchVials(small, rounds));
  if (wanted('temperatures')) add(await benchTemperatures(small, short ? 2 : 9));
  if (wanted('dpap-ingest')) add(await benchIngest(small, short ? 5 : 41));
}

async function onData(cluster: Cluster): Promise<void> {
  const small = await buildGround(cluster, 10_000);
  let large: Ground | null = null;
  try {
    await onSmall(small);
    const needsLarge = (
      ['stocks-page', 'growth', 'consolidated', 'overview', 'metrics-refresh', 'alert-jobs'] as const
    ).some(wanted);
    if (needsLarge && !short) large = await buildGround(cluster, 1_000_000);
    if (wanted('stocks-page')) add(await benchStocksPage(small, large, rounds));
    if (wanted('growth') && large !== null) add(await benchGrowth(small, large, rounds));
    if (wanted('overview')) add(await benchOverview(large ?? small));
    if (wanted('metrics-refresh')) add(await benchMetricsRefresh(large ?? small, rounds));
    if (wanted('alert-jobs')) add(await benchAlertJobs(small, large, rounds.rounds));
    if (wanted('consolidated')) {
      add(await benchConsolidated(small, 3_629, 21));
      if (large !== null) add(await benchConsolidated(large, 1_000_000, 6));
    }
  } finally {
    await small.close();
    await large?.close();
  }
}

async function keep(): Promise<void> {
  const [cpu] = cpus();
  const result = {
    at: new Date().toISOString(),
    machine: {
      cpu: cpu?.model ?? 'unknown',
      cores: cpus().length,
      memoryGB: Math.round(totalmem() / 2 ** 30),
      loadBefore: busyBefore,
    },
    versions: { node: process.version, postgresql: '18 (embedded)' },
    rounds,
    figures,
  };
  await mkdir('bench/results', { recursive: true });
  const name = [result.at.slice(0, 10), ...asked].join('-');
  await writeFile(`bench/results/${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

await build();
const withoutData: readonly string[] = ['recall-trace', 'alerts', 'dpap-aggregate', 'dedupe', 'legacy', 'cold-start'];
const traceSize = short
  ? { dispenses: 20_000, otherLines: 60_000, patients: 2_003 }
  : { dispenses: 200_000, otherLines: 600_000, patients: 20_011 };
if (asked.length === 0 || asked.some((name) => name !== 'cold-start')) {
  const cluster = await Cluster.start();
  try {
    if (asked.length === 0 || asked.some((name) => !withoutData.includes(name))) await onData(cluster);
    if (wanted('recall-trace')) add(await benchRecallTrace(cluster, traceSize, short ? 2 : 5));
    if (wanted('legacy')) add(await benchLegacy(cluster, short ? 2_000 : patientsAsked(), short ? 1 : 3));
    if (wanted('alerts')) add(await benchAlerts(cluster, short ? 50 : 300));
    if (wanted('dedupe')) add(await benchDedupe(cluster, short ? 5_500 : patientsAsked()));
    if (wanted('dpap-aggregate')) add(await benchAggregate(cluster, short ? 100_000 : eventsAsked()));
  } finally {
    await cluster.stop();
  }
}
if (wanted('cold-start')) add(await benchColdStart(short ? 1 : 3));
if (!short) await keep();
process.stdout.write(`${table(figures)}\n`);
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
