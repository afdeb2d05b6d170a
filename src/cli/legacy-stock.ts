/** `lotkeeper legacy stock`: the consolidation of a four-table inventory at the terminal. Exit codes as for every migration. */
import { readLegacyOptions, readSourceAddress, refuseFlags } from '../legacy/legacy-options.ts';
import { migrateStock } from '../legacy/stock/migrate-stock.ts';
import { figuresOf, refusedLines, stockLines, type StockReport } from '../legacy/stock/stock-report.ts';
import { withClosers } from './closers.ts';
import { commandConfig, openDatabase } from './database.ts';
import { keepReport, makeReports } from './legacy-folder.ts';
import { endingWithItsCode, headOf } from './legacy.ts';
import type { LegacyStockFlags } from './options.ts';
import { complain, say, sayJson } from './out.ts';
import { stopSignal } from './stop-signal.ts';

const shown = 20;
const withoutPart = {
  type: 'every run brings in what is not here yet',
  batchSize: 'the run is one transaction',
  ai: 'there are no texts',
  logLevel: 'no log is kept',
  maxRetries: 'the run is one transaction; where a connection is lost nothing was kept, and it is started again',
  resume: 'the run is one transaction, whole or not at all; start it again',
  files: 'there are no files',
};

export async function legacyStock(flags: LegacyStockFlags): Promise<void> {
  await endingWithItsCode(async () => {
    refuseFlags(flags, withoutPart);
    const options = readLegacyOptions(flags, process.env);
    const address = readSourceAddress(process.env);
    await withClosers(async (closers) => {
      const config = await commandConfig();
      await makeReports(options, config.dataFolder);
      const { ownerUrl } = await openDatabase(config, closers);
      const stopping = new AbortController();
      void stopSignal().then(() => {
        complain('stopping after this step; nothing will be kept');
        stopping.abort();
      });
      const report = await migrateStock({
        ...{ address, options, targetUrl: ownerUrl, archive: flags.archive ?? null, stopping: stopping.signal },
        tell: flags.json === true ? () => undefined : complain,
      });
      const { refused, differences } = report;
      const path = await keepReport(options, config.dataFolder, figuresOf(report), { refused, differences });
      if (flags.json === true) sayJson(report);
      else tell(report, path);
      if (refused.length > 0) process.exitCode = 3;
    });
  });
}

function tell(report: StockReport, path: string): void {
  say(headOf({ number: report.run, dryRun: report.dryRun }));
  for (const line of stockLines(figuresOf(report))) say(`  ${line}`);
  for (const line of refusedLines(report.refused, shown)) complain(`  ${line}`);
  say(`Report, refused rows and differences: ${path}`);
}
