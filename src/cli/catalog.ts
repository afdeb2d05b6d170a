/** `lotkeeper catalog import`: reference data from files; importing again updates, never doubles, and says what changed. */
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { StartRefusal } from '../db/start-refusal.ts';
import type { Session } from '../db/in-transaction.ts';
import { readAwareList } from '../domain/catalogue/catalogue-file-aware.ts';
import { readNdcDirectory } from '../domain/catalogue/catalogue-file-ndc.ts';
import { readCatalogueCsv } from '../domain/catalogue/catalogue-file.ts';
import { importAwareList, importCatalogue, type ImportReport } from '../domain/catalogue/import-catalogue.ts';
import { systemSession } from '../jobs/system-session.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import type { CatalogOptions } from './options.ts';
import { complain, say, sayJson } from './out.ts';

const shownRefusals = 20;

export async function catalogImport(files: readonly string[], options: CatalogOptions): Promise<void> {
  for (const file of files) await mustBeReadable(file);
  await withClosers(async (closers) => {
    const { appUrl } = await openDatabase(await commandConfig(), closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 2, applicationName: 'lotkeeper-cli' });
    const report = await importFiles(systemSession(db), files, options.kind);
    if (options.json === true) sayJson(report);
    else tell(report);
    if (report.refusedCount > 0) process.exitCode = 1;
  });
}

async function importFiles(
  session: Session,
  files: readonly string[],
  kind: CatalogOptions['kind'],
): Promise<ImportReport> {
  const [first = '', second] = files;
  if (kind === 'ndc') {
    const isPackages = (file: string) => /package/i.test(file);
    const packages = files.find(isPackages);
    const products = files.find((file) => !isPackages(file));
    if (packages === undefined || products === undefined) {
      throw new StartRefusal('The NDC directory is two files: name product.txt and package.txt.');
    }
    const sources = { products: createReadStream(products), packages: createReadStream(packages) };
    return importCatalogue(session, readNdcDirectory(sources, new Date().toISOString().slice(0, 10)));
  }
  if (second !== undefined) throw new StartRefusal('Import one CSV at a time: its rows are named by number.');
  const source = createReadStream(first);
  return kind === 'aware'
    ? importAwareList(session, readAwareList(source))
    : importCatalogue(session, readCatalogueCsv(source));
}

async function mustBeReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw new StartRefusal(`${file} cannot be read.`);
  });
}

function tell(report: ImportReport): void {
  say(
    `${report.added} added, ${report.updated} updated, ${report.unchanged} unchanged, ${report.refusedCount} refused.`,
  );
  for (const [field, products] of Object.entries(report.changed)) say(`  ${field} changed for ${products}`);
  for (const { row, reason } of report.refused.slice(0, shownRefusals)) complain(`  row ${row}: ${reason}`);
  if (report.refusedCount > shownRefusals)
    complain(`  and ${report.refusedCount - shownRefusals} more; --json names the first thousand`);
}
