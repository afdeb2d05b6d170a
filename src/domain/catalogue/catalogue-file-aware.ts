/**
 * Reads a WHO AWaRe list saved as CSV: which antibiotics are ACCESS, WATCH or RESERVE, by generic name.
 * Guarantees: one entry a generic name; rows of another class, without a name, or that contradict an earlier row are
 * refused with their number. Refuses the file as `readTable` does. Locks nothing.
 */
import { Refusal } from '../../refusal.ts';
import { readAwareClass, readRow, readText, type AwareClass, type CatalogueRow } from './catalogue-file.ts';
import { readTable, type FileChunks } from './catalogue-file-table.ts';

export interface AwareEntry {
  genericName: string;
  isAntibiotic: true;
  awareClass: AwareClass;
}

const nameColumns = ['antibiotic', 'genericname', 'medicine', 'inn'];
const classColumns = ['category', 'awareclass', 'awarecategory', 'aware'];

export async function* readAwareList(source: FileChunks): AsyncGenerator<CatalogueRow<AwareEntry>> {
  const known = new Map<string, AwareClass>();
  for await (const { row, cells } of readTable(source, { file: 'AWaRe list', required: [nameColumns, classColumns] })) {
    const cell = (columns: readonly string[]): string => {
      const column = columns.find((name) => cells.has(name)) ?? '';
      return cells.get(column) ?? '';
    };
    const [name, group] = [cell(nameColumns), cell(classColumns)];
    yield readRow(row, () => entryOf(name, group, known));
  }
}

function entryOf(name: string, group: string, known: Map<string, AwareClass>): AwareEntry {
  if (name === '') throw refusal('The antibiotic has no name.');
  const genericName = readText(name, 'genericName');
  const awareClass = readAwareClass(group, 'awareClass');
  const earlier = known.get(genericName.toLowerCase()) ?? awareClass;
  if (earlier !== awareClass) throw refusal(`${genericName} is ${earlier} in an earlier row, ${awareClass} here.`);
  known.set(genericName.toLowerCase(), awareClass);
  return { genericName, isAntibiotic: true, awareClass };
}

function refusal(message: string): Refusal {
  return new Refusal('BAD_USER_INPUT', message, { field: 'file' });
}
