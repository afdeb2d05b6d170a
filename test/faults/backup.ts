/**
 * A base backup is taken under load, the WAL archived, and a server restored from both to an instant in the middle of
 * the load. It holds everything that was acknowledged before that instant and nothing that was begun after it; the books
 * agree, the audit chain verifies to a head kept before it, is seen to lack one kept after it, and goes on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.ts';
import { readHead, type AuditHead } from '../../src/domain/audit-seal/audit-head.ts';
import { verifyAudit } from '../../src/domain/audit-seal/verify-audit.ts';
import { verifyBooks } from '../../src/domain/verify-books.ts';
import { read } from '../../src/db/prepared.ts';
import { sealAudit } from '../../src/jobs/seal-audit.ts';
import { ArchivedCluster } from '../live/archived-cluster.ts';
import { Writers } from './acknowledged.ts';
import { expectEqual, onStage, recordIds, type Check, type Run, type Stage } from './stage.ts';

export const backup: Check = { name: 'backup', mutants: ['answer-before-commit'], isDear: true, run: runBackup };

/** What is known at an instant under load. */
interface Moment {
  /** By the database's clock. */
  readonly at: string;
  readonly acknowledged: readonly string[];
  readonly head: AuditHead;
  /** Keys that were begun by then. */
  readonly keys: number;
}

async function runBackup(run: Run): Promise<string[]> {
  const cluster = await ArchivedCluster.start();
  try {
    return await onStage({ ...run, cluster }, { apis: 2, clients: 16 }, async (stage) => {
      const writers = await Writers.of(stage, run.random);
      writers.begin(16);
      const seals = sealing(stage);
      await delay(run.random.between(300, 600));
      const folder = await cluster.baseBackup();
      await delay(loadMs(run));
      const moment = await momentOf(stage, writers);
      await delay(run.random.between(300, 600));
      await writers.rest();
      await seals.stop();
      const later = { head: await headOf(stage), ids: writers.answers.slice(moment.keys).flatMap(recordIds) };
      await cluster.archiveAll();
      const began = performance.now();
      const restored = (await cluster.restore(folder, moment.at))(stage.databaseName);
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      const db = await createDataSource(restored.appUrl).initialize();
      try {
        const records = await recordsIn(db);
        run.say(
          `${moment.acknowledged.length} dispenses acknowledged before the instant, ${later.ids.length} after it; restored in ${seconds} s: ` +
            `${records.size} dispenses, chain to block ${moment.head.block}`,
        );
        return [
          ...expectEqual('dispenses lost', moment.acknowledged.filter((id) => !records.has(id)).length, 0),
          ...expectEqual('dispenses of later', later.ids.filter((id) => records.has(id)).length, 0),
          ...(later.ids.length === 0 ? ['nothing was written after the instant'] : []),
          ...(await brokenChain(db, moment.head, later.head)),
          ...(await verifyBooks(db)).slice(0, 3).map(({ check, message }) => `the books: ${check}: ${message}`),
        ];
      } finally {
        await db.destroy();
      }
    });
  } finally {
    await cluster.stop();
  }
}

const loadMs = ({ mutant, short }: Run) => (mutant !== null || short ? 1_000 : 30_000);

/** As the worker's job does each minute, without a pause. */
function sealing({ clinic }: Stage): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const working = (async () => {
    while (!stopping.signal.aborted) {
      await sealAudit(clinic.db);
      await delay(100);
    }
    await sealAudit(clinic.db);
  })();
  return {
    stop: () => {
      stopping.abort();
      return working;
    },
  };
}

async function momentOf(stage: Stage, writers: Writers): Promise<Moment> {
  const head = await headOf(stage);
  const acknowledged = writers.answers.flatMap(recordIds);
  const { at } = await stage.clinic.one<{ at: string }>('SELECT clock_timestamp()::text AS at');
  return { at, acknowledged, head, keys: writers.keys };
}

async function headOf({ clinic }: Stage): Promise<AuditHead> {
  const head = await readHead(clinic.db);
  if (head === null) throw new Error('Nothing has been sealed yet');
  return head;
}

async function recordsIn(db: DataSource): Promise<Set<string>> {
  const rows = await read<{ id: string }>(db, 'SELECT id FROM inventory.dispense_record', []);
  return new Set(rows.map(({ id }) => id));
}

async function brokenChain(db: DataSource, before: AuditHead, after: AuditHead): Promise<string[]> {
  const toItsHead = await verifyAudit(db, [before]);
  const beyond = await verifyAudit(db, [after]);
  await sealAudit(db);
  const goneOn = await verifyAudit(db, [before]);
  return [
    ...[...toItsHead.faults, ...goneOn.faults].slice(0, 3).map(({ kind, message }) => `the chain: ${kind}: ${message}`),
    ...expectEqual(
      'faults against a head of later',
      beyond.faults.map(({ kind }) => kind),
      ['cut'],
    ),
  ];
}
