/**
 * The folder of a run: its report as Markdown and JSON, its log as JSON lines, refused rows and other findings by row. None of
 * it holds what a row holds. On a terminal the log is also shown, in words.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LegacyOptions } from '../legacy/legacy-options.ts';
import { explain } from '../legacy/finding-words.ts';
import { asMarkdown, type Report } from '../legacy/report.ts';
import type { RunRecord } from '../legacy/run-record.ts';
import { Target } from '../legacy/target.ts';
import { LegacyUsage } from '../legacy/failure.ts';
import { createLogger } from '../server/logs.ts';

const page = 5_000;

export class LegacyFolder {
  private constructor(
    /** Of the run; of all runs until it is named. */
    public path: string,
    readonly log: Logger,
    private readonly file: pino.DestinationStream & { flushSync(): void; end(): void },
    private readonly logPath: string,
  ) {}

  static async open(options: LegacyOptions, dataFolder: string): Promise<LegacyFolder> {
    const path = await makeReports(options, dataFolder);
    const logPath = join(path, `log-${process.pid}.jsonl`);
    const file = pino.destination({ dest: logPath, sync: true });
    await once(file, 'ready').catch(() => {
      throw new LegacyUsage(`${path} cannot be written: name another folder with --report.`);
    });
    const words = pretty({
      destination: 2,
      sync: true,
      colorize: process.stderr.isTTY && (process.env['NO_COLOR'] ?? '') === '',
      ignore: 'time',
      hideObject: options.logLevel !== 'debug',
    });
    const level = options.logLevel;
    const log = createLogger(
      level,
      pino.multistream([
        { level, stream: file },
        { level, stream: { write: (line: string) => line.includes('"isLast":true') || words.write(line) } },
      ]),
    );
    return new LegacyFolder(path, log, file, logPath);
  }

  /** From now on everything stands in the run's own folder; a resumed run's logs stand beside each other. */
  async name({ number }: RunRecord): Promise<void> {
    this.path = join(this.path, `run-${number}`);
    await mkdir(this.path, { recursive: true });
    await rename(this.logPath, join(this.path, `log-${process.pid}.jsonl`));
  }

  async keep(report: Report, targetUrl: string): Promise<void> {
    await writeFile(join(this.path, 'report.md'), asMarkdown(report));
    await writeFile(join(this.path, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    const target = await Target.open(targetUrl, { locks: false });
    try {
      await writeFindings(target, report.run.id, join(this.path, 'refused.jsonl'), `kind = 'REFUSED'`);
      await writeFindings(target, report.run.id, join(this.path, 'findings.jsonl'), `kind <> 'REFUSED'`);
    } finally {
      await target.close();
    }
  }

  async close(): Promise<void> {
    this.file.flushSync();
    this.file.end();
  }
}

interface FindingLine {
  readonly table: string;
  readonly row: string;
  readonly kind: string;
  readonly code: string;
  readonly column: string;
}

async function writeFindings(target: Target, runId: string, path: string, which: string): Promise<void> {
  const file = createWriteStream(path);
  await target.inTransaction('ROLLBACK', async () => {
    await target.sql(
      `DECLARE findings NO SCROLL CURSOR FOR SELECT source_table AS table, split_part(legacy_id, '#', 1) AS row, kind, code, column_name AS column FROM legacy.finding
       WHERE run_id = '${runId}' AND ${which} ORDER BY source_table, length(legacy_id), legacy_id, code, column_name`,
    );
    for (;;) {
      const lines = await target.sql<FindingLine>(`FETCH ${page} FROM findings`);
      if (lines.length === 0) break;
      const text = lines.map((line) => `${JSON.stringify({ ...line, why: explain(line.kind, line.code) })}\n`).join('');
      if (!file.write(text)) await once(file, 'drain');
    }
  });
  file.end();
  await once(file, 'close');
}

/** For a source that keeps no log: its report, and rows by name in files of their own. Answers the folder. */
export async function keepReport(
  options: LegacyOptions,
  dataFolder: string,
  figures: { readonly run: number },
  rows: Readonly<Record<string, readonly object[]>>,
): Promise<string> {
  const path = join(folderOf(options, dataFolder), `run-${figures.run}`);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'report.json'), `${JSON.stringify(figures, null, 2)}\n`);
  for (const [name, all] of Object.entries(rows))
    await writeFile(join(path, `${name}.jsonl`), all.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

const folderOf = ({ report }: LegacyOptions, dataFolder: string): string =>
  report === null ? join(dataFolder, 'legacy') : resolve(report);

/** Made before anything is touched, so that nothing fails for want of it at the end. */
export async function makeReports(options: LegacyOptions, dataFolder: string): Promise<string> {
  const path = folderOf(options, dataFolder);
  await mkdir(path, { recursive: true }).catch(() => {
    throw new LegacyUsage(`${path} cannot be made: name another folder with --report.`);
  });
  return path;
}
