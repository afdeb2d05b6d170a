import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { raiseAlerts } from '../../test/alerts.ts';
import { TestClinic } from '../../test/clinic.ts';
import {
  changed,
  nothingToTell,
  raised,
  receiversAre,
  runOnce,
  secret,
  standing,
  timePasses,
  webhooksOn,
} from '../../test/delivery-desk.ts';
import { startWebhookReceiver, type Received, type WebhookReceiver } from '../../test/webhook-receiver.ts';
import { notifyOff, type NotifyConfig } from '../config.ts';
import { deliverWebhooksJob } from './deliver-webhooks.ts';

const patience = { timeout: 10_000, interval: 10 };

let clinic: TestClinic;
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  clinic = await TestClinic.open();
});
beforeEach(() => nothingToTell(clinic));
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(() => clinic.close());

async function receiver(): Promise<WebhookReceiver> {
  const started = await startWebhookReceiver();
  receivers.push(started);
  return started;
}

/** In the settings. */
async function listening(count = 1): Promise<WebhookReceiver[]> {
  const started = await Promise.all(Array.from({ length: count }, receiver));
  await receiversAre(clinic, { webhooks: started.map(({ url }) => url) });
  return started;
}

async function listener(): Promise<WebhookReceiver> {
  const [one] = await listening();
  if (one === undefined) throw new Error('no receiver');
  return one;
}

const deliver = (notify: NotifyConfig = webhooksOn) => runOnce(clinic, deliverWebhooksJob, notify);
const nothingReceived: Received = { headers: {}, body: '', path: '' };
const titlesOf = ({ received }: WebhookReceiver) => received.map(titleOf);

function titleOf({ body }: Received): string {
  const { alert } = JSON.parse(body) as { alert: { title: string } };
  return alert.title;
}

describe('off by default', () => {
  test('nobody in the settings: no rows, no connections, and who comes later hears of what comes later', async () => {
    const one = await receiver();
    await raised(clinic, { title: 'before' });
    expect(await deliver()).toEqual({ givenUp: 0, sent: 0, failed: 0, dead: 0 });
    expect(await standing(clinic)).toEqual([]);
    await receiversAre(clinic, { webhooks: [one.url] });
    await raised(clinic, { title: 'after' });
    await deliver();
    expect(titlesOf(one)).toEqual(['after']);
  });

  test('without a secret nothing is sent, the run says why, and it goes once there is one', async () => {
    const one = await listener();
    await raised(clinic, {});
    expect(await deliver(notifyOff)).toEqual({ givenUp: 0, off: 'WEBHOOK_SECRET is not set' });
    expect([await standing(clinic), one.connections]).toEqual([['WAITING 0'], 0]);
    await deliver();
    expect(await standing(clinic)).toEqual(['SENT 1']);
  });
});

describe('what is said', () => {
  test('of a raise, a rise and a resolve, in order, with names of place, product and lot', async () => {
    const one = await listener();
    const productId = await clinic.product({ name: 'Botox 100 U' });
    const { lotId } = await clinic.stock({ productId, lotNumber: 'C1234', expiresOn: '2031-03-31' });
    const [alertId = ''] = await raised(clinic, { title: 'A lot expires', message: 'Use it first.', productId });
    await clinic.owner.query('UPDATE inventory.inventory_alert SET lot_id = $1', [lotId]);
    await changed(clinic, alertId, { severity: 'CRITICAL', status: 'OPEN' });
    await changed(clinic, alertId, { severity: 'CRITICAL', status: 'RESOLVED' });
    await deliver();
    const said = one.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(said.map(({ type }) => type)).toEqual(['alert.raised', 'alert.risen', 'alert.resolved']);
    const [{ id } = { id: '' }] = await clinic.all<{ id: string }>('SELECT id FROM ops.delivery ORDER BY feed_seq');
    expect(said[0]).toEqual({
      id,
      type: 'alert.raised',
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      alert: {
        ...{ id: alertId, cursor: '1', version: 1, type: 'LEDGER_MISMATCH', severity: 'WARNING', status: 'OPEN' },
        ...{ title: 'A lot expires', message: 'Use it first.' },
        location: { id: clinic.locationId, code: 'HERE', name: 'Here' },
        product: { id: productId, name: 'Botox 100 U' },
        lot: { id: lotId, manufacturerLotNumber: 'C1234', expiresOn: '2031-03-31' },
      },
    });
    expect(said[1]).toMatchObject({ alert: { version: 2, severity: 'CRITICAL', status: 'OPEN' } });
  });

  test('of the organisation as a whole it names no place', async () => {
    const one = await listener();
    await raised(clinic, { locationId: null });
    await deliver();
    expect(JSON.parse(one.received[0]?.body ?? '')).toMatchObject({
      alert: { location: null, product: null, lot: null },
    });
  });

  test('it is signed by every secret that is in use, over the time and the body', async () => {
    const one = await listener();
    await raised(clinic, {});
    const former = 'the secret that was in use before it';
    await deliver({ ...notifyOff, webhooks: { secrets: [secret, former], allowPrivate: true } });
    const [{ headers, body } = nothingReceived] = one.received;
    const timestamp = String(headers['x-lotkeeper-timestamp']);
    const sign = (by: string) => `v1=${createHmac('sha256', by).update(`${timestamp}.${body}`).digest('hex')}`;
    expect(headers['x-lotkeeper-signature']).toBe(`${sign(secret)},${sign(former)}`);
    expect(headers['x-lotkeeper-delivery']).toBe((JSON.parse(body) as { id: string }).id);
    expect(headers['content-type']).toBe('application/json');
    expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(60);
  });
});

test('an alert that nobody has numbered yet is told too', async () => {
  const one = await listener();
  await raiseAlerts(clinic.owner, [{ locationId: clinic.locationId, title: 'not numbered' }]);
  await deliver();
  expect(titlesOf(one)).toEqual(['not numbered']);
});

describe('what the receiver answers', () => {
  test.each([
    [200, 'SENT 1'],
    [204, 'SENT 1'],
    [301, 'WAITING 1 Answered 301.'],
    [404, 'WAITING 1 Answered 404.'],
    [408, 'WAITING 1 Answered 408.'],
    [410, 'DEAD 1 Answered 410.'],
    [425, 'WAITING 1 Answered 425.'],
    [429, 'WAITING 1 Answered 429.'],
    [500, 'WAITING 1 Answered 500.'],
  ])('%i', async (status, line) => {
    const one = await listener();
    one.answer = () => ({ status });
    await raised(clinic, {});
    await deliver();
    expect(await standing(clinic)).toEqual([line]);
    await deliver();
    expect(one.received).toHaveLength(1);
  });

  test('a refusal is tried five times, a failure goes on; the id stays the same', async () => {
    const [refusing, failing] = await listening(2);
    if (refusing === undefined || failing === undefined) throw new Error('no receivers');
    refusing.answer = () => ({ status: 403 });
    failing.answer = () => ({ status: 502 });
    await raised(clinic, {});
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      await timePasses(clinic);
      await deliver();
    }
    expect(await standing(clinic, refusing.url)).toEqual(['DEAD 5 Answered 403.']);
    expect(await standing(clinic, failing.url)).toEqual(['WAITING 7 Answered 502.']);
    expect(new Set(failing.received.map(({ headers }) => headers['x-lotkeeper-delivery'])).size).toBe(1);
  });

  test('a redirect is not followed', async () => {
    const one = await listener();
    const other = await receiver();
    one.answer = () => ({ status: 307, headers: { location: other.url } });
    await raised(clinic, {});
    await deliver();
    expect([one.connections, other.connections]).toEqual([1, 0]);
  });

  test('a connection that ends in the middle, and one that is not made, wait', async () => {
    const one = await listener();
    one.answer = () => 'BREAK';
    await raised(clinic, {});
    await deliver();
    expect(await standing(clinic)).toEqual([expect.stringMatching(/^WAITING 1 No answer \((ECONNRESET|HPE_\w+)\)\.$/)]);
    await one.close();
    await timePasses(clinic);
    await deliver();
    expect(await standing(clinic)).toEqual([expect.stringMatching(/^WAITING 2 No answer \(ECONNREFUSED\)\.$/)]);
  });

  test('Retry-After is longer than our own wait, and holds the others', async () => {
    const one = await listener();
    one.answer = () => ({ status: 429, headers: { 'retry-after': '7200' } });
    await raised(clinic, { title: 'first' }, { title: 'second' });
    await deliver(notifyOff);
    await clinic.owner.query(`UPDATE ops.delivery SET attempts = 9`);
    await deliver();
    await deliver();
    expect(titlesOf(one)).toEqual(['first']);
    expect(
      await clinic.one(
        `SELECT next_attempt_at > now() + interval '119 minutes' AS waits FROM ops.delivery ORDER BY feed_seq LIMIT 1`,
      ),
    ).toEqual({ waits: true });
  });
});

describe('order', () => {
  test('a later one is not sent before an earlier one that may still arrive', async () => {
    const one = await listener();
    one.answer = () => ({ status: one.received.length === 1 ? 500 : 200 });
    await raised(clinic, { title: 'first' }, { title: 'second' }, { title: 'third' });
    await deliver();
    await deliver();
    expect(titlesOf(one)).toEqual(['first']);
    await timePasses(clinic);
    await deliver();
    expect(titlesOf(one)).toEqual(['first', 'first', 'second', 'third']);
  });

  test('one that fails a fourth time lets the later ones past it', async () => {
    const one = await listener();
    one.answer = (received) => ({ status: titleOf(received) === 'first' ? 500 : 200 });
    await raised(clinic, { title: 'first' }, { title: 'second' }, { title: 'third' });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect(titlesOf(one)).not.toContain('second');
      await timePasses(clinic);
      await deliver();
    }
    expect(titlesOf(one)).toEqual(['first', 'first', 'first', 'first', 'second', 'third']);
    await timePasses(clinic);
    await deliver();
    expect(await standing(clinic)).toEqual(['WAITING 5 Answered 500.', 'SENT 1', 'SENT 1']);
  });

  test('who is slow holds nobody else', async () => {
    const [slow, quick] = await listening(2);
    if (slow === undefined || quick === undefined) throw new Error('no receivers');
    let letGo: () => void = () => undefined;
    const until = new Promise<{ status: number }>((resolve) => {
      letGo = () => {
        resolve({ status: 200 });
      };
    });
    slow.answer = () => until;
    await raised(clinic, { title: 'a' }, { title: 'b' }, { title: 'c' });
    const delivered = deliver();
    await vi.waitFor(() => {
      expect([titlesOf(slow), titlesOf(quick)]).toEqual([['a'], ['a', 'b', 'c']]);
    }, patience);
    letGo();
    expect(await delivered).toMatchObject({ sent: 6 });
    expect(titlesOf(slow)).toEqual(['a', 'b', 'c']);
  });
});

describe('at least once, and no more where nobody crashes', () => {
  test('four workers at once, five receivers: each gets each once and in order', async () => {
    const five = await listening(5);
    const titles = Array.from({ length: 12 }, (_, index) => `alert ${index}`);
    await raised(clinic, ...titles.map((title) => ({ title })));
    await Promise.all([deliver(), deliver(), deliver(), deliver()]);
    expect(five.map(titlesOf)).toEqual(five.map(() => titles));
    expect(new Set(await standing(clinic))).toEqual(new Set(['SENT 1']));
  });

  test('told to stop, a worker begins nothing more and leaves the rest to others', async () => {
    const one = await listener();
    const stop = new AbortController();
    one.answer = () => {
      stop.abort();
      return { status: 200 };
    };
    await raised(clinic, {}, {}, {});
    await runOnce(clinic, deliverWebhooksJob, webhooksOn, { stopping: stop.signal });
    // The second may have been claimed already.
    expect((await standing(clinic)).at(-1)).toBe('WAITING 0');
    await deliver();
    expect(one.received).toHaveLength(3);
  });
});

describe('what is given up', () => {
  test('what waits for one who was taken out of the settings, and what has waited for a week', async () => {
    const [gone, left] = await listening(2);
    if (gone === undefined || left === undefined) throw new Error('no receivers');
    gone.answer = left.answer = () => ({ status: 500 });
    await raised(clinic, {});
    await deliver();
    await receiversAre(clinic, { webhooks: [left.url] });
    await clinic.owner.query(`UPDATE ops.delivery SET waiting_since = now() - interval '6 days 23 hours'`);
    expect(await deliver()).toMatchObject({ givenUp: 1 });
    expect(await standing(clinic, gone.url)).toEqual(['DEAD 1 The receiver was taken out of the settings.']);
    expect(await standing(clinic, left.url)).toEqual(['WAITING 1 Answered 500.']);
    await clinic.owner.query(`UPDATE ops.delivery SET waiting_since = now() - interval '7 days 1 minute'`);
    expect(await deliver()).toMatchObject({ givenUp: 1 });
    expect(await standing(clinic, left.url)).toEqual(['DEAD 1 Not delivered in time. Answered 500.']);
  });

  test('a private address is refused unless it is allowed, and nothing is connected', async () => {
    const one = await listener();
    await receiversAre(clinic, { webhooks: [one.url.replace('http:', 'https:'), one.url] });
    await raised(clinic, {});
    await deliver({ ...notifyOff, webhooks: { secrets: [secret], allowPrivate: false } });
    expect((await standing(clinic)).sort()).toEqual([
      'WAITING 1 It is at an address that is not public.',
      'WAITING 1 Only https is allowed.',
    ]);
    expect(one.connections).toBe(0);
  });
});
