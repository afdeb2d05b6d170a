/** How far a run is: a bar with rows a second and the time left on a terminal; in a pipe a plain line now and then. */
export interface Progress {
  /** `unit`: what is counted, rows as a rule. */
  begin(what: string, total: number, done?: number, unit?: string): void;
  advance(rows: number): void;
  end(): void;
}

/** For where nobody looks. */
export const silentProgress: Progress = { begin: () => undefined, advance: () => undefined, end: () => undefined };

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const redrawMs = 100;
const lineMs = 5_000;

export function createProgress(output: Output, now: () => number = () => performance.now()): Progress {
  let what = '';
  let unit = '';
  let total = 0;
  let done = 0;
  let before = 0;
  let began = 0;
  let told = 0;
  const state = (): Pace => ({ what, unit, total, done, before, seconds: (now() - began) / 1000 });
  const show = () => {
    told = now();
    if (output.isTTY === true) output.write(`\r${barOf(state(), output.columns ?? 80)}\u001b[K`);
    else output.write(`${lineOf(state())}\n`);
  };
  return {
    begin(name, rows, from = 0, counted = 'rows') {
      [what, unit, total, done, before, began, told] = [name, counted, rows, from, from, now(), now()];
      if (output.isTTY === true) show();
    },
    advance(rows) {
      done += rows;
      if (now() - told >= (output.isTTY === true ? redrawMs : lineMs)) show();
    },
    end() {
      if (output.isTTY === true) {
        show();
        output.write('\n');
      } else show();
    },
  };
}

export interface Pace {
  readonly what: string;
  readonly unit: string;
  readonly total: number;
  readonly done: number;
  /** Done by an earlier process of the same run. */
  readonly before: number;
  readonly seconds: number;
}

const whole = (number: number) => Math.round(number).toLocaleString('en');

export function lineOf(pace: Pace): string {
  return `${pace.what}: ${whole(pace.done)} of ${whole(Math.max(pace.total, pace.done))} ${pace.unit}, ${restOf(pace)}`;
}

export function barOf(pace: Pace, columns: number): string {
  const share = pace.total <= 0 ? 1 : Math.min(1, pace.done / pace.total);
  const words = `${String(Math.round(share * 100)).padStart(3)} % ${whole(pace.done)}/${whole(pace.total)} ${restOf(pace)}`;
  const name = pace.what.padEnd(24).slice(0, 24);
  const width = Math.max(5, Math.min(30, columns - name.length - words.length - 4));
  const full = Math.round(share * width);
  return `${name} ${'█'.repeat(full)}${'░'.repeat(width - full)} ${words}`.slice(0, Math.max(20, columns - 1));
}

/** How many a second, and how long the rest takes at that pace. */
function restOf({ unit, total, done, before, seconds }: Pace): string {
  const rate = seconds <= 0 ? 0 : (done - before) / seconds;
  const left = total - done;
  if (left <= 0) return `${whole(rate)} ${unit}/s, ${seconds.toFixed(1)} s`;
  return rate === 0 ? `${whole(rate)} ${unit}/s` : `${whole(rate)} ${unit}/s, ${spoken(left / rate)} left`;
}

function spoken(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)} min`;
}
