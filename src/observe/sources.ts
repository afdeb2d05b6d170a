/**
 * Figures that cost a question to the database or the queue: asked when somebody scrapes, at most once in five seconds
 * and one at a time, so that many who look cost no more than one. Who does not answer within a second is left out, its
 * old figures too, and a scrape never waits longer.
 */
import { sourceUp } from './metrics.ts';

const freshMs = 5_000;
const patienceMs = 1_000;

export interface Source {
  /** Asks, and sets the gauges. */
  readonly look: () => Promise<void>;
  /** Takes the gauges' values away: what nobody knows is not shown. */
  readonly forget: () => void;
}

interface Kept extends Source {
  looking: Promise<boolean> | null;
  freshUntil: number;
}

const sources = new Map<string, Kept>();

/** Another source of the same name takes its place. */
export function addSource(name: string, source: Source): void {
  sources.set(name, { ...source, looking: null, freshUntil: 0 });
}

/** Neither fails nor waits longer than a second. */
export async function lookAtSources(): Promise<void> {
  await Promise.all(
    [...sources].map(async ([name, source]) => {
      const isKnown = await inTime(fresh(source));
      if (!isKnown) source.forget();
      sourceUp.set({ source: name }, isKnown ? 1 : 0);
    }),
  );
}

async function fresh(source: Kept): Promise<boolean> {
  if (performance.now() < source.freshUntil) return true;
  source.looking ??= ask(source);
  return source.looking;
}

async function ask(source: Kept): Promise<boolean> {
  try {
    await source.look();
    source.freshUntil = performance.now() + freshMs;
    return true;
  } catch {
    return false;
  } finally {
    source.looking = null;
  }
}

async function inTime(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, patienceMs);
  });
  return Promise.race([answer, tooLate]).finally(() => {
    clearTimeout(timer);
  });
}
