/**
 * Reads the two files of the US National Drug Code directory, product.txt and package.txt, into one product a package.
 * Guarantees: every package is either given or refused with its row in package.txt and why (its product is missing,
 * excluded, or no longer marketed; its code is malformed). Products are held in memory, packages are not. Refuses the
 * files as `readTable` does. Locks nothing.
 */
import { Refusal } from '../../refusal.ts';
import { readDeaSchedule, readRow, readText, type CatalogueProduct, type CatalogueRow } from './catalogue-file.ts';
import { looseName, readTable, type FileChunks, type TableRow } from './catalogue-file-table.ts';
import { normaliseNdc } from './ndc.ts';

export interface NdcDirectory {
  readonly products: FileChunks;
  readonly packages: FileChunks;
}

type ListedProduct = Omit<CatalogueProduct, 'stockUnit' | 'ndc'>;

const injectionRoute =
  /INJECT|INTRA-?(?:VENOUS|MUSCULAR|DERMAL|ARTERIAL|ARTICULAR|THECAL|SPINAL|LESIONAL|VITREAL|OCULAR|CAMERAL|CARDIAC|CAVERNOUS|OSSEOUS|PERITONEAL|PLEURAL|BURSAL|SYNOVIAL|CAUDAL)|SUBCUTANEOUS|EPIDURAL|PERINEURAL|PERIARTICULAR|INFILTRATION|RETROBULBAR|SUBCONJUNCTIVAL|PARENTERAL/i;
const countedContent =
  /^(?:vial|syringe|ampule|cartridge|bottle|tube|bag|packet|pouch|canister|inhaler|applicator|kit|jar|cylinder)$/;

/** `today` is YYYY-MM-DD. */
export async function* readNdcDirectory(
  files: NdcDirectory,
  today: string,
): AsyncGenerator<CatalogueRow<CatalogueProduct>> {
  const now = today.replaceAll('-', '');
  const listed = new Map<string, CatalogueRow<ListedProduct>>();
  const productForm = { file: 'product.txt', plainTabs: true, required: [['PRODUCTID'], ['PROPRIETARYNAME']] };
  for await (const tableRow of readTable(files.products, productForm)) {
    listed.set(
      cellOf(tableRow, 'PRODUCTID'),
      readRow(tableRow.row, () => listedProduct(tableRow, now)),
    );
  }
  const packageForm = {
    file: 'package.txt',
    plainTabs: true,
    required: [['PRODUCTID'], ['NDCPACKAGECODE'], ['PACKAGEDESCRIPTION']],
  };
  for await (const tableRow of readTable(files.packages, packageForm)) {
    yield readRow(tableRow.row, () => packagedProduct(tableRow, listed, now));
  }
}

function listedProduct(row: TableRow, now: string): ListedProduct {
  refuseUnlisted(row, now);
  const genericName = cellOf(row, 'NONPROPRIETARYNAME');
  const proprietary = [cellOf(row, 'PROPRIETARYNAME'), cellOf(row, 'PROPRIETARYNAMESUFFIX')].filter(
    (part) => part !== '',
  );
  const name = proprietary.length > 0 ? proprietary.join(' ') : genericName;
  if (name === '') throw refusal('The product has no name.');
  const labeler = cellOf(row, 'LABELERNAME');
  const type = cellOf(row, 'PRODUCTTYPENAME').replace(/^HUMAN /i, '');
  const form = cellOf(row, 'DOSAGEFORMNAME').toLowerCase();
  const schedule = cellOf(row, 'DEASCHEDULE');
  const [drugClass = ''] = /[^,;\]]+(?= \[EPC\])/.exec(cellOf(row, 'PHARM_CLASSES')) ?? [];
  return {
    name: readText(name, 'name'),
    category: type === '' ? 'Drug' : sentenceCase(type),
    ...told('subcategory', drugClass.trim()),
    ...told('brandName', labeler),
    ...told('vendorName', labeler),
    ...told('genericName', genericName),
    ...told('form', form),
    ...told('strength', strengthOf(cellOf(row, 'ACTIVE_NUMERATOR_STRENGTH'), cellOf(row, 'ACTIVE_INGRED_UNIT'))),
    ...(schedule === '' ? {} : { deaSchedule: readDeaSchedule(schedule, 'DEASCHEDULE') }),
    isInjection: injectionRoute.test(cellOf(row, 'ROUTENAME')) || form.startsWith('injection'),
    isPrescription: !/^OTC\b/i.test(type),
  };
}

function told<Field extends string>(field: Field, text: string): Partial<Record<Field, string>> {
  const record: Partial<Record<Field, string>> = {};
  if (text !== '') record[field] = readText(text, field);
  return record;
}

function packagedProduct(
  row: TableRow,
  listed: ReadonlyMap<string, CatalogueRow<ListedProduct>>,
  now: string,
): CatalogueProduct {
  const code = cellOf(row, 'NDCPACKAGECODE');
  const product = listed.get(cellOf(row, 'PRODUCTID'));
  if (product === undefined) throw refusal(`${code}: its product is not in product.txt.`);
  if ('refused' in product) throw refusal(`${code}: row ${product.row} of product.txt: ${product.refused}`);
  refuseUnlisted(row, now);
  const stockUnit = stockUnitOf(cellOf(row, 'PACKAGEDESCRIPTION'));
  return { ...product.product, stockUnit: readText(stockUnit, 'stockUnit'), ndc: normaliseNdc(code) };
}

/** Both files carry these: why a listing is left out of the directory, and when its marketing ended. */
function refuseUnlisted(row: TableRow, now: string): void {
  const excluded = cellOf(row, 'NDC_EXCLUDE_FLAG');
  if (excluded !== '' && excluded !== 'N') throw refusal(`Left out: the directory excludes it (${excluded}).`);
  const end = cellOf(row, 'ENDMARKETINGDATE');
  if (end === '') return;
  if (!/^\d{8}$/.test(end))
    throw refusal(`ENDMARKETINGDATE must be a date such as 20261231, not ${JSON.stringify(end)}.`);
  if (end < now)
    throw refusal(`Left out: its marketing ended on ${end.slice(0, 4)}-${end.slice(4, 6)}-${end.slice(6)}.`);
}

/** "500; 125" of "mg/1; mg/1" is "500 mg; 125 mg". */
function strengthOf(amounts: string, units: string): string {
  const each = units.split(';').map((unit) => unit.trim().replace(/\/1$/, ''));
  const parts = amounts.split(';').map((amount, index) => `${amount.trim()} ${each[index] ?? ''}`.trim());
  return parts.filter((part) => part !== '').join('; ');
}

/**
 * What a clinic counts: the innermost container. "10 VIAL, SINGLE-DOSE in 1 CARTON (…) > .5 mL in 1 VIAL, SINGLE-DOSE"
 * is counted in vials, "30 TABLET in 1 BOTTLE (…)" in bottles, a kit as a kit, and a carton is called a box.
 */
export function stockUnitOf(description: string): string {
  const levels = description.split(/\s[>/*]\s/).map((level) => {
    const [, content = '', container = ''] = /^\s*[\d.,]+\s+(.+?)\s+in\s+[\d.,]+\s+([^(]+)/i.exec(level) ?? [];
    return { content: unitWord(content), container: unitWord(container) };
  });
  if (levels[0]?.content === 'kit') return 'kit';
  const innermost = levels.at(-1);
  if (innermost === undefined || innermost.container === '') {
    throw refusal(`The package's description ${JSON.stringify(description)} does not say what holds what.`);
  }
  const unit = countedContent.test(innermost.content) ? innermost.content : innermost.container;
  return unit === 'carton' ? 'box' : unit;
}

function sentenceCase(text: string): string {
  return (text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()).replace(/^Otc\b/, 'OTC');
}

function unitWord(text: string): string {
  return (text.split(',')[0] ?? '').trim().toLowerCase();
}

function cellOf({ cells }: TableRow, column: string): string {
  return cells.get(looseName(column)) ?? '';
}

function refusal(message: string): Refusal {
  return new Refusal('BAD_USER_INPUT', message, { field: 'file' });
}
