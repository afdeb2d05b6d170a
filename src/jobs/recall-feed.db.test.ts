/** Two hundred notices over HTTP, in pages: twelve of them concern lots that are here, in spellings of all kinds. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { handleJob, markFromOutbox } from '../../test/handle-job.ts';
import { expectSoundLedger } from '../../test/ledger-invariants.ts';
import { refusalOf } from '../../test/refusal-of.ts';
import type { Actor } from '../actor.ts';
import { intake } from '../domain/stock/intake.ts';
import { decideRecallMatch, type DecideRecallMatch } from '../domain/recalls/decide-recall-match.ts';
import { matchRecallsJob } from './match-recalls.ts';
import { pollRecallFeedJob } from './poll-recall-feed.ts';
import { FeedUnreadable, readRecallFeed } from './read-recall-feed.ts';

type Raw = Record<string, unknown>;

let clinic: TestClinic;
let pharmacist: Actor;
let server: Server;
let url: string;
/** What the server has, and what it does besides. */
const notices: Raw[] = [];
let afterPage: (skip: number) => void = () => undefined;
let special: (path: string) => { status?: number; headers?: Record<string, string>; body: string } | null = () => null;

beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST']);
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://feed');
    const answer = special(pathname);
    if (answer !== null) {
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
      return;
    }
    const skip = Number(searchParams.get('skip') ?? 0);
    const results = notices.slice(skip, skip + Number(searchParams.get('limit')));
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ meta: { results: { skip, limit: results.length, total: notices.length } }, results }),
    );
    afterPage(skip);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/drug/enforcement.json?limit=30`;
});
afterAll(async () => {
  await expectSoundLedger(clinic);
  server.close();
  await clinic.close();
});
beforeEach(() => {
  afterPage = () => undefined;
  special = () => null;
});

let count = 0;
const notice = (more: Raw = {}): Raw => ({
  recall_number: `D-${String((count += 1)).padStart(4, '0')}-2026`,
  ...{ classification: 'Class II', status: 'Ongoing', reason_for_recall: 'Lack of Assurance of Sterility' },
  ...{ recalling_firm: 'Example Pharma', product_description: 'Examplol tablets, 10 mg', code_info: 'Lot 9X9X9' },
  ...more,
});
const poll = (feed = url) => handleJob(clinic, pollRecallFeedJob, undefined, feed);
const match = async () => {
  await markFromOutbox(clinic, matchRecallsJob);
  return handleJob(clinic, matchRecallsJob);
};

interface Found {
  readonly id: string;
  readonly kind: string;
  readonly number: string;
  readonly lotId: string | null;
  readonly productId: string;
  readonly status: string;
  readonly recallClass: string;
}
const matches = () =>
  clinic.all<Found>(
    `SELECT m.id, m.kind, n.notice_number AS number, m.lot_id AS "lotId", m.product_id AS "productId", m.status, n.recall_class AS "recallClass"
     FROM inventory.recall_match m JOIN inventory.recall_notice n ON n.id = m.notice_id ORDER BY n.notice_number, m.lot_id`,
  );
const matchOf = async (raw: Raw): Promise<Found> => {
  const found = (await matches()).find(({ number }) => number === raw['recall_number']);
  if (found === undefined) throw new Error('no match of this notice');
  return found;
};

let products = 0;
/** A product with its codes, and a lot of it. */
async function held(lotNumber: string, facts: Record<string, string | null> = {}) {
  const labeler = String(50_000 + (products += 1));
  const ndc = `${labeler}-0145-01`;
  const productId = await clinic.product({ name: facts['name'] ?? `Heldorin ${labeler}` });
  const coded = { ndc, ...facts };
  for (const [column, value] of Object.entries(coded)) {
    await clinic.owner.query(`UPDATE catalogue.product SET ${column} = $2 WHERE id = $1`, [productId, value]);
  }
  const { stockId, lotId } = await clinic.stock({ productId, lotNumber });
  return { productId, stockId, lotId, ndc, labeler };
}

/** A notice about it by its NDC, with these words about its lots. */
const about = ({ ndc }: { readonly ndc: string }, codeInfo: string, more: Raw = {}) =>
  notice({ openfda: { product_ndc: [ndc.slice(0, 10)], package_ndc: [ndc] }, code_info: codeInfo, ...more });

describe('a feed of two hundred notices', () => {
  const wanted = new Map<unknown, { kind: string; lotId: string | null; productId: string }>();

  beforeAll(async () => {
    const expectMatch = (raw: Raw, kind: string, of: { productId: string; lotId: string | null }) => {
      wanted.set(raw['recall_number'], { kind, productId: of.productId, lotId: of.lotId });
      return raw;
    };
    const exact: [string, string][] = [
      ['C1234-A', 'LOT#: c1234a, EXP 03/2027'],
      ['AB 77 X9', 'Batch No. AB-77\u2013X9 exp. MAR 2027; Batch No. AB-78'],
      ['k00012', 'Lots: K00010, K00011 and K00012; Exp. Date: 12/31/2026'],
      ['E5521B', 'Lot\u00a0E\u200b5521B (Exp. 2/27)'],
      ['90210', 'Lot numbers 90208; 90209; 90210; 90211'],
      ['05232025:1', 'Lot # 05232025:1  BUD 08/01/2025'],
      ['Q7W8', 'a) 10 count: LotQ7W8 exp 1/27; b) 30 count: LotQ7W9 exp 1/27'],
    ];
    for (const [lotNumber, codeInfo] of exact) {
      const lot = await held(lotNumber);
      notices.push(expectMatch(about(lot, codeInfo), 'EXACT_LOT', lot));
    }
    const inText = await held('TX-401');
    const described = `Vialorin, 5 mL vial, NDC ${inText.labeler}-145-01`;
    notices.push(expectMatch(notice({ product_description: described, code_info: 'TX401' }), 'EXACT_LOT', inText));
    const byGtin = await held('G-10', { ndc: null, gtin: '04012345678901' });
    const barcode = '(01)04012345678901(17)270331(10)G10';
    notices.push(expectMatch(notice({ code_info: barcode }), 'EXACT_LOT', byGtin));
    const inRange = await held('R-0105');
    notices.push(expectMatch(about(inRange, 'Lots R0100 through R0110'), 'POSSIBLE', inRange));
    const byName = await held('NN-31', { name: 'Zyxobutol 20 mg', ndc: null });
    const named = { product_description: 'ZYXOBUTOL Tablets, USP, 20 mg, 100-count bottles', code_info: 'Lot NN31' };
    notices.push(expectMatch(notice(named), 'POSSIBLE', byName));
    const all = await held('ANY-1');
    notices.push(expectMatch(about(all, 'All lots within expiry'), 'PRODUCT_ONLY', { ...all, lotId: null }));

    // What looks like it, and is not.
    const [near, other] = [await held('7788'), await held('7799')];
    notices.push(about(near, 'Lots 77880, 17788 and 7788-B, Exp. 7/88'));
    notices.push(
      notice({ product_description: 'Otherol', code_info: 'Lot 7799', openfda: { product_ndc: ['99999-0001'] } }),
    );
    notices.push(about({ ndc: '99998-0145-01' }, `Lot 7799; NDC ${other.ndc.slice(0, 10)}9-01`));
    while (notices.length < 200) notices.push(notice({ code_info: `Lot ${notices.length}ZZ, Exp. 2/27` }));
    notices.sort(() => 0.5 - Math.abs(Math.sin(notices.length)));
    expect(await poll()).toMatchObject({ read: 200, added: 200, changed: 0, malformed: 0 });
    await match();
  });

  it('all twelve are found, and none of the others surely', async () => {
    const found = await matches();
    const told = found.filter(({ number }) => wanted.has(number));
    expect(new Map(told.map(({ number, kind, lotId, productId }) => [number, { kind, lotId, productId }]))).toEqual(
      wanted,
    );
    expect(wanted.size).toBe(12);
    const others = found.filter(({ number }) => !wanted.has(number));
    expect(others.filter(({ kind }) => kind === 'EXACT_LOT')).toEqual([]);
    expect(others.length).toBeLessThanOrEqual(1);
    expect(found.every(({ status }) => status === 'PENDING')).toBe(true);
  });

  it('read again, nothing is new, and nothing is decided by itself', async () => {
    const before = await matches();
    expect(await poll()).toMatchObject({ read: 200, added: 0, changed: 0 });
    expect(await match()).toEqual({ looked: 0, found: 0 });
    expect(await matches()).toEqual(before);
  });

  it('each notice is told of once, to those who decide', async () => {
    const { alerts } = await clinic.one<{ alerts: string }>(
      `SELECT count(*) AS alerts FROM inventory.inventory_alert WHERE type = 'RECALL' AND severity = 'WARNING' AND location_id IS NULL AND status = 'OPEN'`,
    );
    expect(Number(alerts)).toBe(new Set((await matches()).map(({ number }) => number)).size);
  });
});

describe('a notice', () => {
  it('of which the class has changed is read anew, and so is the recall that it has become', async () => {
    const lot = await held('CH-1');
    const raw = about(lot, 'Lot CH1', { classification: 'Not Yet Classified' });
    notices.push(raw);
    await poll();
    await match();
    const found = await matchOf(raw);
    await decide({ matchId: found.id, confirm: true });
    raw['classification'] = 'Class III';
    expect(await poll()).toMatchObject({ added: 0, changed: 1 });
    await match();
    const { recallClass } = await clinic.one<{ recallClass: string }>(
      'SELECT recall_class AS "recallClass" FROM inventory.recall WHERE reference = $1',
      [raw['recall_number']],
    );
    expect(recallClass).toBe('CLASS_III');
  });

  it('that names a lot more has a further match; one that was dismissed comes back when it is exact', async () => {
    const lot = await held('LATER-7');
    const raw = about(lot, 'Lots LATER5 through LATER9');
    raw['code_info'] = 'Lots LATER-005 through LATER-009';
    const { lotId } = await clinic.stock({ productId: lot.productId, lotNumber: 'LATER-006' });
    notices.push(raw);
    await poll();
    await match();
    const possible = await matchOf(raw);
    expect(possible).toMatchObject({ kind: 'POSSIBLE', lotId });
    await decide({ matchId: possible.id, confirm: false, note: 'not ours' });
    raw['code_info'] = 'Lots LATER-005, LATER-006';
    await poll();
    await match();
    expect(await matchOf(raw)).toMatchObject({ id: possible.id, kind: 'EXACT_LOT', status: 'PENDING' });
  });

  it('that names a product and a range of lots, and no code, is found for those within it', async () => {
    const facts = { name: 'Quixomab 5 mg', ndc: null };
    const { productId, lotId } = await held('RG-0205', facts);
    await clinic.stock({ productId, lotNumber: 'RG-0311' });
    const raw = notice({ product_description: 'QUIXOMAB Injection, 5 mg', code_info: 'Lots RG0200 through RG0210' });
    notices.push(raw);
    await poll();
    await match();
    const found = (await matches()).filter(({ number }) => number === raw['recall_number']);
    expect(found).toMatchObject([{ kind: 'POSSIBLE', lotId }]);
  });

  it('that was there before the lot came in is found when it comes', async () => {
    const lot = await held('FIRST-1');
    const raw = about(lot, 'Lots FIRST9');
    notices.push(raw);
    await poll();
    await match();
    expect((await matches()).some(({ number }) => number === raw['recall_number'])).toBe(false);
    const technician = await clinic.actor(['TECHNICIAN']);
    await clinic.as(technician, (tx) =>
      intake(tx, {
        ...{ idempotencyKey: newKey(), locationId: clinic.locationId, productId: lot.productId, vendorName: 'Vendor' },
        ...{ manufacturerLotNumber: 'first-9', quantity: '4', cogsMode: 'FIXED', unitCogs: '5', paymentTerms: 'COD' },
      }),
    );
    expect(await match()).toMatchObject({ found: 1 });
    expect(await matchOf(raw)).toMatchObject({ kind: 'EXACT_LOT' });
  });
});

const decide = (more: Omit<DecideRecallMatch, 'idempotencyKey'>) =>
  clinic.as(pharmacist, (tx) => decideRecallMatch(tx, { idempotencyKey: newKey(), ...more }));

describe('a match is decided', () => {
  async function matched(codeInfo: string, lotNumber: string) {
    const lot = await held(lotNumber);
    const raw = about(lot, codeInfo);
    notices.push(raw);
    await poll();
    await match();
    return { ...lot, match: await matchOf(raw), raw };
  }
  const isRecalled = async (stockId: string) =>
    (await clinic.one<{ is: boolean }>('SELECT lot_recalled AS is FROM inventory.stock WHERE id = $1', [stockId])).is;

  it('confirmed, it is a recall of its lot; once', async () => {
    const { match: found, stockId, raw } = await matched('Lot YES1', 'YES-1');
    const { recall } = await decide({ matchId: found.id, confirm: true, note: 'it is ours' });
    expect(await isRecalled(stockId)).toBe(true);
    expect(await matchOf(raw)).toMatchObject({ status: 'CONFIRMED' });
    expect(recall).toHaveLength(1);
    const again = await refusalOf(decide({ matchId: found.id, confirm: false }));
    expect(again).toMatchObject({ code: 'INVALID_STATUS_TRANSITION', context: { from: 'CONFIRMED', to: 'DISMISSED' } });
    const alert = await clinic.one<{ status: string }>(
      `SELECT a.status FROM inventory.inventory_alert a JOIN inventory.recall_notice n ON n.id::text = a.subject WHERE n.notice_number = $1`,
      [raw['recall_number']],
    );
    expect(alert.status).toBe('RESOLVED');
  });

  it('dismissed, nothing is blocked', async () => {
    const { match: found, stockId } = await matched('Lot NO1', 'NO-1');
    await decide({ matchId: found.id, confirm: false });
    expect(await isRecalled(stockId)).toBe(false);
  });

  it('of the product only: it is said which lots', async () => {
    const { match: found, stockId, lotId, productId } = await matched('All lots', 'SOME-1');
    const other = await clinic.stock({ productId });
    const stranger = await held('STRANGER');
    const of = (lotIds?: string[]) =>
      refusalOf(decide({ matchId: found.id, confirm: true, ...(lotIds && { lotIds }) }));
    expect((await of()).code).toBe('BAD_USER_INPUT');
    expect((await of([stranger.lotId])).code).toBe('BAD_USER_INPUT');
    await decide({ matchId: found.id, confirm: true, lotIds: [lotId] });
    expect([await isRecalled(stockId), await isRecalled(other.stockId)]).toEqual([true, false]);
  });
});

describe('the feed', () => {
  it('tells what it cannot read, and goes on', async () => {
    notices.push(notice({ recall_number: null }), notice({ product_description: 7 }), 'no notice' as never);
    const outcome = await poll();
    expect(outcome).toMatchObject({ malformed: 3, firstMalformed: 'recall_number is missing or too long' });
    notices.splice(-3);
  });

  it('is read again where notices slip from page to page', async () => {
    const [first] = notices;
    afterPage = (skip) => {
      if (skip !== 0) return;
      afterPage = () => undefined;
      notices.shift();
    };
    const numbers = new Set<unknown>();
    for await (const page of readRecallFeed(url, new AbortController().signal))
      for (const each of page) numbers.add((each as Raw)['recall_number']);
    expect(notices.every((each) => numbers.has(each['recall_number']))).toBe(true);
    if (first !== undefined) notices.unshift(first);
  });

  it('may be a file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'feed-'));
    const file = path.join(folder, 'notices.json');
    await writeFile(file, JSON.stringify({ results: [notice(), notice()] }));
    expect(await poll(file)).toMatchObject({ read: 2, added: 2 });
    await rm(folder, { recursive: true });
  });

  it('is not read where none is set', async () => {
    expect(await handleJob(clinic, pollRecallFeedJob)).toEqual({ configured: false });
  });

  const limits = { pageBytes: 1_000, fileBytes: 1_000, pages: 3, pageMs: 5_000 };
  const reading = async (feed: string) => {
    for await (const page of readRecallFeed(feed, new AbortController().signal, limits)) expect(page).toBeDefined();
  };

  it.each([
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' }],
    ['a next page elsewhere', { headers: { link: '<http://127.0.0.2/x>; rel="next"' }, body: '{"results":[1]}' }],
    ['an answer without end', { body: JSON.stringify({ results: ['x'.repeat(2_000)] }) }],
    ['pages without end', { headers: { link: '</again>; rel="next"' }, body: '{"results":[1]}' }],
    ['what is no JSON', { body: '<html>' }],
    ['a failure', { status: 500, body: '{}' }],
  ])('refuses %s', async (_what, answer) => {
    special = () => answer;
    await expect(reading(url)).rejects.toBeInstanceOf(FeedUnreadable);
  });

  it('says in its own way that it has nothing', async () => {
    special = () => ({ status: 404, body: '{"error":{"code":"NOT_FOUND","message":"No matches found!"}}' });
    await expect(reading(url)).resolves.toBeUndefined();
  });
});
