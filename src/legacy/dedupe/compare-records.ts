/**
 * Compares the records that share a blocking key, kind by kind: each with the next thirty of its block, so that the work
 * grows with the records, whatever their names. Pairs that may be one person go into a temporary table.
 */
import type pg from 'pg';
import { blockingKinds } from '../../domain/people/duplicates/blocking-keys.ts';
import { mayBeOne, scorePair, type Candidate, type PairScore } from '../../domain/people/duplicates/score-pair.ts';
import { confidenceOf, thresholds, type Population } from '../../domain/people/duplicates/weights.ts';
import { stopIfAsked, type DedupeRun } from './dedupe-run.ts';
import { readInBatches } from './read-in-batches.ts';

const neighbours = 30;

interface RecordRow extends Candidate {
  readonly n: number;
  readonly key: string;
}

interface FoundPair {
  readonly left_n: number;
  readonly right_n: number;
  readonly confidence: number;
  readonly is_apart: boolean;
  readonly evidence: object;
}

/** Answers how many pairs were looked at. */
export async function compareRecords(run: DedupeRun, population: Population, done: () => void): Promise<number> {
  await run.client.query(
    `CREATE TEMP TABLE dedupe_pair (left_n integer, right_n integer, confidence double precision, is_apart boolean, evidence jsonb,
       PRIMARY KEY (left_n, right_n))`,
  );
  let compared = 0;
  for (const index of blockingKinds.keys()) {
    const window = new Window(population);
    for await (const rows of readInBatches<RecordRow>(run.client, recordsByKey(index + 1))) {
      stopIfAsked(run);
      const found = rows.flatMap((row) => window.compareWithNext(row));
      if (found.length > 0) await keep(run.client, found);
    }
    compared += window.compared;
    done();
  }
  return compared;
}

/** Those whose key another one has too. Neighbours in a block are alike in their names. */
function recordsByKey(place: number): string {
  return `SELECT n, key, first, last, generation, birth, sex, email, phone, address, ids, first_holders AS "firstHolders",
      last_holders AS "lastHolders", birth_holders AS "birthHolders", email_holders AS "emailHolders", phone_holders AS "phoneHolders",
      ids_holders AS "idsHolders"
    FROM (SELECT *, keys[${place}] AS key, count(*) OVER (PARTITION BY keys[${place}]) AS sharers FROM dedupe_record WHERE keys[${place}] <> '') r
    WHERE sharers > 1 ORDER BY key, last, first, birth, n`;
}

/** The last records of the block that is being read. */
class Window {
  compared = 0;
  #block: RecordRow[] = [];

  constructor(private readonly population: Population) {}

  compareWithNext(row: RecordRow): FoundPair[] {
    if (this.#block[0]?.key !== row.key) this.#block = [];
    const found: FoundPair[] = [];
    for (const other of this.#block) {
      this.compared += 1;
      if (!mayBeOne(other, row, this.population)) continue;
      const pair = foundPair(other, row, scorePair(other, row, this.population));
      if (pair !== null) found.push(pair);
    }
    this.#block.push(row);
    if (this.#block.length > neighbours) this.#block.shift();
    return found;
  }
}

/** Two whom a rule alone told apart are remembered: a third record must not bring them together. */
function foundPair(a: RecordRow, b: RecordRow, { confidence, evidence }: PairScore): FoundPair | null {
  if (confidenceOf(evidence.bits) < thresholds.review) return null;
  const [left_n, right_n] = a.n < b.n ? [a.n, b.n] : [b.n, a.n];
  return { left_n, right_n, confidence, is_apart: confidence < thresholds.review, evidence };
}

async function keep(client: pg.ClientBase, found: readonly FoundPair[]): Promise<void> {
  await client.query(
    `INSERT INTO dedupe_pair SELECT * FROM jsonb_to_recordset($1) AS p(left_n integer, right_n integer, confidence double precision,
       is_apart boolean, evidence jsonb) ON CONFLICT DO NOTHING`,
    [JSON.stringify(found)],
  );
}
