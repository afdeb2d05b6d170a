/**
 * Each pharmacy's days from one to another, every one of them: what has not been counted since it changed is counted for
 * this answer, and a day without events is all 0. Limited to the reader's pharmacies. Refuses: BAD_USER_INPUT. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import { snakeCase } from '../../db/snake-case-names.ts';
import { Values } from '../../db/values.ts';
import { Refusal } from '../../refusal.ts';
import type { DailySummary } from '../../schema/daily-summary.ts';
import type { Reader } from '../places.ts';
import { checkDays, lengthOf } from './days.ts';
import { pharmaciesOf } from './pharmacies.ts';
import { countDays, markedDays, type Asked, type PharmacyDay } from './read-days.ts';
import { summaryOf, toldFigures, type Told } from './summary.ts';

/** Ten pharmacies and a year. */
const mostSummaries = 4_000;

export async function listDailySummaries(db: DataSource, reader: Reader, asked: Asked): Promise<DailySummary[]> {
  checkDays(asked);
  const pharmacies = asked.pharmacyId === null ? await countPharmacies(db, reader) : 1;
  if (pharmacies * lengthOf(asked) > mostSummaries) {
    throw new Refusal(
      'BAD_USER_INPUT',
      `More than ${mostSummaries} summaries: name a pharmacy, or ask for fewer days.`,
      {
        field: 'to',
      },
    );
  }
  const marked = await markedDays(db, reader, asked);
  const fresh = new Map((await countDays(db, asked, marked)).map((row) => [keyOf(row), row]));
  const isMarked = new Set(marked.map(keyOf));
  const rows = await readKept(db, reader, asked);
  return rows.map((row) => summaryOf(row, isMarked.has(keyOf(row)) ? fresh.get(keyOf(row)) : row.kept));
}

async function countPharmacies(db: DataSource, reader: Reader): Promise<number> {
  const values = new Values();
  const [row] = await read<{ n: number }>(
    db,
    `SELECT count(*)::integer AS n FROM ${pharmaciesOf(reader, values)}`,
    values.list,
  );
  return row?.n ?? 0;
}

interface Kept extends PharmacyDay {
  readonly kept: Told | undefined;
}

const told = toldFigures.map((figure) => `c.${snakeCase(figure)} AS "${figure}"`).join(', ');

/**
 * A row for each day, whether there is a summary of it or not. Looked up day by day: joined, all pharmacies' years are read.
 * A month is one JSON: 365 rows of 15 cells, with 24 hours and ten medicines each, take the driver more than twice the time
 * (60 ms against 23 on a busy machine, measured). A whole year in one is a text of 440 KB, which lands among the old objects:
 * every tenth call then waited for a full collection (p95 25 ms at a median of 9, measured).
 */
async function readKept(db: DataSource, reader: Reader, { from, to, pharmacyId }: Asked): Promise<Kept[]> {
  const values = new Values();
  const places = pharmaciesOf(reader, values, pharmacyId);
  const [first, last] = [values.add(from, 'date'), values.add(to, 'date')];
  const months = await read<{ readonly days: readonly ToldDay[] }>(
    db,
    `SELECT json_agg(d ORDER BY day, "placeId") AS days FROM (
       SELECT place.id AS "placeId", day::date AS day, ${told}
       FROM ${places} CROSS JOIN generate_series(${first}, ${last}, interval '1 day') AS day
       LEFT JOIN LATERAL (SELECT * FROM dpap.daily_summary_cache k WHERE k.pharmacy_id = place.id AND k.date = day::date OFFSET 0) c ON true
     ) AS d GROUP BY date_trunc('month', day::timestamp) ORDER BY date_trunc('month', day::timestamp)`,
    values.list,
  );
  return months
    .flatMap(({ days }) => days)
    .map(({ placeId, day, updatedAt, ...kept }) => ({
      pharmacyId: placeId,
      date: day,
      kept: updatedAt === null ? undefined : { ...kept, updatedAt: new Date(updatedAt) },
    }));
}

/** As JSON writes it; without figures where there is no summary of the day. */
type ToldDay = Omit<Told, 'updatedAt'> & {
  readonly placeId: string;
  readonly day: string;
  readonly updatedAt: string | null;
};

const keyOf = ({ pharmacyId, date }: PharmacyDay) => `${date} ${pharmacyId}`;
