/**
 * Reads recall notices where the operator says, in openFDA's shape: a file, or an address page by page. Nothing else is
 * reached from there: no redirect is followed, and a next page only at the same origin. Each answer and the whole have an
 * end. Where notices slipped from one page to another while it was read (the total changed, or some were never seen), it
 * is read again; that some come twice is for the reader to bear.
 */
import { readFile, stat } from 'node:fs/promises';

export interface FeedLimits {
  readonly pageBytes: number;
  readonly fileBytes: number;
  readonly pages: number;
  readonly pageMs: number;
}

const usual: FeedLimits = { pageBytes: 64 << 20, fileBytes: 512 << 20, pages: 1_000, pageMs: 60_000 };
const mostPasses = 3;
const pageSize = 1_000;

/** What is wrong, without the address: it may hold a key. */
export class FeedUnreadable extends Error {
  override readonly name = 'FeedUnreadable';
}

export async function* readRecallFeed(
  feed: string,
  stopping: AbortSignal,
  limits: FeedLimits = usual,
): AsyncGenerator<readonly unknown[]> {
  if (!/^https?:/i.test(feed)) {
    yield (await readFeedFile(feed, limits)).results;
    return;
  }
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const seen = new Seen();
    for await (const page of pagesOf(new URL(feed), stopping, limits)) {
      seen.add(page);
      yield page.results;
    }
    if (seen.isWhole || (pass > 1 && !seen.hasMoved)) return;
  }
}

interface Page {
  readonly results: readonly unknown[];
  readonly total: number | null;
}

/** What a pass has seen: whether that is every notice of which the feed tells, and whether these moved meanwhile. */
class Seen {
  readonly #numbers = new Set<unknown>();
  readonly #totals = new Set<number | null>();
  #unnumbered = 0;

  add({ results, total }: Page): void {
    for (const each of results) {
      const number = fieldOf(each, 'recall_number');
      if (number === undefined) this.#unnumbered += 1;
      else this.#numbers.add(number);
    }
    this.#totals.add(total);
  }

  get hasMoved(): boolean {
    return this.#totals.size > 1;
  }

  get isWhole(): boolean {
    const [total = null] = this.#totals;
    return !this.hasMoved && (total === null || this.#numbers.size + this.#unnumbered >= total);
  }
}

async function* pagesOf(feed: URL, stopping: AbortSignal, limits: FeedLimits): AsyncGenerator<Page> {
  const page = new URL(feed);
  if (!page.searchParams.has('limit')) page.searchParams.set('limit', String(pageSize));
  // What is added while it is read then comes last.
  if (!page.searchParams.has('sort')) page.searchParams.set('sort', 'report_date:asc');
  let read = 0;
  let next: URL | null = page;
  for (let count = 0; next !== null && !stopping.aborted; count += 1) {
    if (count >= limits.pages) throw new FeedUnreadable(`The feed has more than ${limits.pages} pages.`);
    const { body, link } = await fetchPage(next, stopping, limits);
    const found = pageOf(body);
    yield found;
    read += found.results.length;
    const isLast = found.results.length === 0 || (found.total !== null && read >= found.total);
    next = isLast ? null : (nextOf(link, feed) ?? skipped(page, read, found));
  }
}

/** Without a link, and without a total, one page is all there is. */
function skipped(page: URL, read: number, { total }: Page): URL | null {
  if (total === null) return null;
  const next = new URL(page);
  next.searchParams.set('skip', String(read));
  return next;
}

function nextOf(link: string | null, feed: URL): URL | null {
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined) return null;
  const next = new URL(target, feed);
  if (next.origin === feed.origin) return next;
  throw new FeedUnreadable('The feed names a next page at another address.');
}

async function fetchPage(
  url: URL,
  stopping: AbortSignal,
  limits: FeedLimits,
): Promise<{ readonly body: unknown; readonly link: string | null }> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(limits.pageMs)]);
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } }).catch(
    () => {
      throw new FeedUnreadable('The feed did not answer.');
    },
  );
  const body = parsed(await textWithin(response, limits.pageBytes));
  // Its way to say that there is nothing.
  if (response.status === 404 && fieldOf(fieldOf(body, 'error'), 'code') === 'NOT_FOUND') {
    return { body: { results: [] }, link: null };
  }
  if (!response.ok) throw new FeedUnreadable(`The feed answered ${response.status}.`);
  return { body, link: response.headers.get('link') };
}

async function textWithin(response: Response, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = response.body ?? [];
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new FeedUnreadable(`A page of the feed has more than ${mostBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readFeedFile(file: string, { fileBytes }: FeedLimits): Promise<Page> {
  const size = await stat(file).then(
    (found) => found.size,
    () => {
      throw new FeedUnreadable('The file of the feed cannot be read.');
    },
  );
  if (size > fileBytes) throw new FeedUnreadable(`The file of the feed has more than ${fileBytes} bytes.`);
  return pageOf(parsed(await readFile(file, 'utf8')));
}

/** Null where it is no JSON: what is asked of it then finds nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}

function pageOf(body: unknown): Page {
  const results = Array.isArray(body) ? (body as readonly unknown[]) : fieldOf(body, 'results');
  if (!Array.isArray(results)) throw new FeedUnreadable('The feed is not JSON with a list "results".');
  const total = fieldOf(fieldOf(fieldOf(body, 'meta'), 'results'), 'total');
  return { results: results as readonly unknown[], total: typeof total === 'number' ? total : null };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
