/**
 * Takes in a file of temperatures for one storage unit: an export of a Berlinger Fridge-tag or Q-tag, or a plain CSV; in
 * flat memory, 10 000 readings a transaction. Importing again doubles nothing. A bad row is refused with its line and
 * reason, and the reading goes on. Times without an offset are those of the clock at the unit's location.
 * Refuses: BAD_USER_INPUT (no such file), NOT_FOUND. Locks nothing.
 */
import { notFound } from '../../actor.ts';
import { inTransaction, type Session } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { exact } from '../decimal.ts';
import type { FileChunks } from '../catalogue/catalogue-file-table.ts';
import { isUuid } from '../uuid.ts';
import { LocalClock, wallTime } from './local-time.ts';
import { readLoggerFile, type LoggerRow, type LoggerWatch } from './logger-file.ts';
import type { LoggerAlarm } from './out-periods.ts';
import { readReadingTable } from './reading-table.ts';
import { recordLoggerReport, type LoggerReportToRecord } from './record-logger-report.ts';
import { mostReadingsAtOnce, recordTemperatures, type TemperatureToRecord } from './record-temperatures.ts';

export interface TemperatureImport {
  readonly unit: string;
  /** Null: it is no logger's own export. */
  readonly logger: LoggerReportToRecord | null;
  readonly accepted: number;
  readonly duplicates: number;
  /** The logger's sensor was away. */
  readonly empty: number;
  readonly refusedCount: number;
  /** The first thousand. */
  readonly refused: readonly RefusedRow[];
}

export interface RefusedRow {
  readonly line: number;
  readonly reason: string;
}

const mostRefused = 1_000;

interface Unit {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly now: Date;
}

export async function importTemperatures(
  session: Session,
  storageUnitId: string,
  source: FileChunks,
): Promise<TemperatureImport> {
  const unit = await readUnit(session, storageUnitId);
  const clock = new LocalClock(unit.timeZone);
  const file = await open(source);
  const logger = file.watch === null ? null : reportOf(unit, file.watch, clock);
  if (logger !== null) await inTransaction(afresh(session), (tx) => recordLoggerReport(tx, logger));
  const rows = await takeRows(session, file.rows, new RowReader(unit, clock));
  return { unit: unit.name, logger, ...rows };
}

async function readUnit({ db, actor }: Session, id: string): Promise<Unit> {
  const units = isUuid(id)
    ? await read<Unit>(
        db,
        `SELECT u.id, u.name, o.time_zone AS "timeZone", now() AS now FROM inventory.storage_unit u JOIN people.location o ON o.id = u.location_id
         WHERE u.id = $1 AND ($2::boolean OR u.location_id = ANY($3::uuid[]))`,
        [id, actor.isSystem, actor.locationIds],
      )
    : [];
  const [unit] = units;
  if (unit === undefined) throw notFound('storage unit', id);
  return unit;
}

interface OpenFile {
  readonly watch: LoggerWatch | null;
  readonly rows: AsyncIterable<LoggerRow>;
}

/** A logger's export says what it is in its first line. */
async function open(source: FileChunks): Promise<OpenFile> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
  }
  const start = first.done === true ? '' : Buffer.from(first.value).toString('latin1').replace(/^ï»¿/, '');
  if (!start.startsWith('Device:')) return { watch: null, rows: readReadingTable(all()) };
  return readLoggerFile(linesOf(all()));
}

/** CRLF or LF; whatever is not ASCII stands in names that nobody needs. */
async function* linesOf(source: FileChunks): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/^ï»¿/, '').replace(/\r$/, '');
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}

/** The database keeps instants. */
function reportOf(unit: Unit, watch: LoggerWatch, clock: LocalClock): LoggerReportToRecord {
  const at = (wall: number) => clock.nearest(wall);
  const alarms = watch.alarms.map((alarm): LoggerAlarm => ({
    ...alarm,
    total: alarm.total === null ? null : { ...alarm.total, alarmedAt: maybe(alarm.total.alarmedAt, at) },
    periods: alarm.periods.map((period) => ({
      ...period,
      from: at(period.from),
      to: at(period.to),
      alarmedAt: maybe(period.alarmedAt, at),
    })),
  }));
  const { model, serialNumber, from, until } = watch;
  const [watchedFrom, watchedUntil] = [new Date(at(from)), new Date(at(until))];
  return { storageUnitId: unit.id, model, serialNumber, watchedFrom, watchedUntil, alarms };
}

const maybe = (wall: number | null, at: (wall: number) => number): number | null => (wall === null ? null : at(wall));

/** Each transaction has its own time to be tried again in. */
const afresh = (session: Session): Session => ({ ...session, arrivedAt: performance.now() });

type Counts = Omit<TemperatureImport, 'unit' | 'logger'>;

async function takeRows(session: Session, rows: AsyncIterable<LoggerRow>, reader: RowReader): Promise<Counts> {
  const refused: RefusedRow[] = [];
  let counts = { accepted: 0, duplicates: 0, empty: 0, refusedCount: 0 };
  let batch: TemperatureToRecord[] = [];
  const flush = async () => {
    if (batch.length === 0) return;
    const { accepted, duplicates } = await inTransaction(afresh(session), (tx) => recordTemperatures(tx, batch));
    counts = { ...counts, accepted: counts.accepted + accepted, duplicates: counts.duplicates + duplicates };
    batch = [];
  };
  for await (const row of rows) {
    const taken = reader.read(row);
    if (taken === null) counts.empty += 1;
    else if (typeof taken !== 'string') batch.push(taken);
    else {
      counts.refusedCount += 1;
      if (refused.length < mostRefused) refused.push({ line: row.line, reason: taken });
    }
    if (batch.length === mostReadingsAtOnce) await flush();
  }
  await flush();
  return { ...counts, refused };
}

class RowReader {
  #previous = -Infinity;

  constructor(
    private readonly unit: Unit,
    private readonly clock: LocalClock,
  ) {}

  /** A reading; null where there is no temperature; or why the row is refused. */
  read({ time, celsius }: LoggerRow): TemperatureToRecord | string | null {
    const at = this.#instantOf(time);
    if (typeof at === 'string') return at;
    this.#previous = at;
    if (celsius === null) return null;
    const degrees = exact(celsius);
    if (degrees.lt('-273.15') || degrees.gt(200) || degrees.decimalPlaces() > 2) {
      return `${celsius} is no temperature from -273.15 to 200 °C with at most 2 decimals`;
    }
    if (at > this.unit.now.getTime()) return `${time} lies in the future`;
    if (at < Date.UTC(2000, 0, 1)) return `${time} lies before the year 2000`;
    return { storageUnitId: this.unit.id, celsius, measuredAt: new Date(at) };
  }

  #instantOf(time: string): number | string {
    const wall = wallTime(time);
    if (wall !== null) {
      return (
        this.clock.next(wall, this.#previous) ?? `${time} does not exist at the location: the clock was put forward`
      );
    }
    const hasOffset = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(time);
    const at = hasOffset ? Date.parse(time.replace(' ', 'T')) : Number.NaN;
    return Number.isNaN(at) ? `"${time}" is no time such as 2027-03-31 09:30 or 2027-03-31T09:30:00Z` : at;
  }
}
