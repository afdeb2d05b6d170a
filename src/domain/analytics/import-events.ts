/**
 * Takes in a file of dispensing events of other systems, in flat memory, a thousand a transaction: it reads on when these
 * are written. A bad row is handed over with its line, code and reason, and the reading goes on. Broken off and begun anew
 * it goes through what is here already and doubles nothing.
 * Refuses: BAD_USER_INPUT (no such file). Locks: as recordDispensingEvents.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { refusalFor } from '../../db/database-error.ts';
import { inTransaction, type Session } from '../../db/in-transaction.ts';
import { Refusal, type RefusalCode } from '../../refusal.ts';
import type { FileChunks } from '../catalogue/catalogue-file-table.ts';
import { readEventFile, type EventFileFormat, type EventRow } from './event-file.ts';
import { eventOfCells } from './event-of-cells.ts';
import type { EventToRecord } from './event-to-record.ts';
import { mostEventsInACall, recordDispensingEvents, type ReceivedEvents } from './record-dispensing-events.ts';

export interface EventImport {
  readonly accepted: number;
  readonly duplicates: number;
  readonly highRisk: number;
  readonly refused: number;
}

export interface RefusedLine {
  readonly line: number;
  readonly code: RefusalCode;
  readonly reason: string;
}

export interface EventImportOptions {
  readonly format: EventFileFormat;
  /** In the order of lines within each thousand. */
  readonly onRefused: (rows: readonly RefusedLine[]) => Promise<void>;
  /** After each thousand. */
  readonly onProgress?: (sofar: EventImport) => void;
}

const tries = 5;

export async function importEvents(
  session: Session,
  source: FileChunks,
  { format, onRefused, onProgress = () => undefined }: EventImportOptions,
): Promise<EventImport> {
  let sofar: EventImport = { accepted: 0, duplicates: 0, highRisk: 0, refused: 0 };
  let batch = noRows();
  const flush = async () => {
    const { refused, ...counts } = await take(session, batch);
    batch = noRows();
    if (refused.length > 0) await onRefused(refused);
    sofar = {
      accepted: sofar.accepted + counts.accepted,
      duplicates: sofar.duplicates + counts.duplicates,
      highRisk: sofar.highRisk + counts.highRisk,
      refused: sofar.refused + refused.length,
    };
    onProgress(sofar);
  };
  for await (const row of readEventFile(source, format)) {
    add(batch, row);
    if (batch.events.length + batch.refused.length === mostEventsInACall) await flush();
  }
  await flush();
  return sofar;
}

/** Rows are read into events as they come: kept as cells until a thousand are there they would fill the memory. */
interface Batch {
  readonly events: EventToRecord[];
  /** Of the events. */
  readonly lines: number[];
  readonly refused: RefusedLine[];
}

const noRows = (): Batch => ({ events: [], lines: [], refused: [] });

function add({ events, lines, refused }: Batch, row: EventRow): void {
  const event = eventOf(row);
  if (event instanceof Refusal) refused.push({ line: row.line, code: event.code, reason: event.message });
  else {
    events.push(event);
    lines.push(row.line);
  }
}

type Taken = Omit<ReceivedEvents, 'refused'> & { readonly refused: readonly RefusedLine[] };

async function take(session: Session, { events, lines, refused }: Batch): Promise<Taken> {
  const received = await record(session, events);
  const later = received.refused.map(({ index, code, message }) => ({
    line: lines[index] ?? 0,
    code,
    reason: message,
  }));
  return { ...received, refused: [...refused, ...later].sort((a, b) => a.line - b.line) };
}

function eventOf({ cells }: EventRow): EventToRecord | Refusal {
  if (typeof cells === 'string') return new Refusal('BAD_USER_INPUT', `The line ${cells}.`);
  try {
    return eventOfCells(cells);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Beside a sender's call, or a count of a whole year, a month may have to wait for its turn. */
async function record(session: Session, events: readonly EventToRecord[]): Promise<ReceivedEvents> {
  if (events.length === 0) return { accepted: 0, duplicates: 0, highRisk: 0, refused: [] };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const afresh = { ...session, arrivedAt: performance.now() };
      return await inTransaction(afresh, (tx) => recordDispensingEvents(tx, events));
    } catch (error) {
      if (attempt >= tries || refusalFor(error)?.code !== 'LOCK_TIMEOUT') throw error;
      await delay(500 * attempt);
    }
  }
}
