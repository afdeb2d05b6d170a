import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { nothingToTell, raised, receiversAre, runOnce, standing, webhooksOn } from '../../test/delivery-desk.ts';
import { startSmtpReceiver } from '../../test/smtp-receiver.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/webhook-receiver.ts';
import { notifyOff, readConfig, type NotifyConfig } from '../config.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { deliverWebhooksJob } from '../jobs/deliver-webhooks.ts';
import { sendMailsJob } from '../jobs/send-mails.ts';
import { Refusal } from '../refusal.ts';
import { deliveriesList, deliveriesReplay, type DeliveryWord } from './deliveries.ts';
import { mailFindings, webhookFindings } from './doctor-deliveries.ts';
import type { DeliveryListOptions, ReplayOptions } from './options.ts';

let clinic: TestClinic;
let hook: WebhookReceiver;
let out: string;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
beforeEach(async () => {
  await nothingToTell(clinic);
  hook = await startWebhookReceiver();
  out = '';
  vi.stubEnv('DATABASE_URL', clinic.database.appUrl);
  vi.stubEnv('NO_COLOR', '1');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await hook.close();
});
afterAll(() => clinic.close());

const deliver = () => runOnce(clinic, deliverWebhooksJob, webhooksOn);

async function list(options: Partial<DeliveryListOptions> = {}, word: DeliveryWord = 'webhooks'): Promise<string> {
  out = '';
  await deliveriesList(word, { limit: '50', ...options });
  return out;
}

async function replay(options: ReplayOptions, word: DeliveryWord = 'webhooks'): Promise<string> {
  out = '';
  await deliveriesReplay(word, options);
  return out;
}

async function onlyId(): Promise<string> {
  return (await clinic.one<{ id: string }>('SELECT id FROM ops.delivery')).id;
}

describe('list', () => {
  it('shows what became of each, in words and in JSON', async () => {
    await receiversAre(clinic, { webhooks: [hook.url] });
    hook.answer = () => ({ status: 410 });
    await raised(clinic, { title: 'Some\nthing' });
    await deliver();
    const id = await onlyId();
    expect(await list({ state: 'dead' })).toMatch(
      new RegExp(
        `^DEAD {5}${id} {2}\\S+ {2}${hook.url}\n {9}Some thing\n {9}1 attempts, given up\\. Answered 410\\.\n$`,
      ),
    );
    expect(await list({ state: 'sent' })).toBe('None.\n');
    expect(await list({}, 'mails')).toBe('None.\n');
    expect(JSON.parse(await list({ json: true }))).toMatchObject({
      deliveries: [
        { id, kind: 'WEBHOOK', state: 'DEAD', attempts: 1, title: 'Some\nthing', lastError: 'Answered 410.' },
      ],
    });
  });

  it('refuses a number that is none', async () => {
    await expect(list({ limit: '0' })).rejects.toThrow(StartRefusal);
  });
});

describe('replay', () => {
  it('sends one that was given up, or sent, once more under its id, and the trail has it', async () => {
    await receiversAre(clinic, { webhooks: [hook.url] });
    hook.answer = () => ({ status: 410 });
    await raised(clinic, {});
    await deliver();
    hook.answer = () => ({ status: 200 });
    expect(await replay({ dead: true })).toBe('1 will be sent once more, by the workers.\n');
    expect(await replay({ dead: true })).toBe('0 will be sent once more, by the workers.\n');
    await deliver();
    const id = await onlyId();
    await replay({ id });
    await deliver();
    expect(hook.received.map(({ headers }) => headers['x-lotkeeper-delivery'])).toEqual([id, id, id]);
    expect(
      await clinic.all(
        `SELECT entity_id AS id, after ->> 'replayed' AS replayed FROM audit.audit_entry WHERE action = 'replayDeliveries' ORDER BY occurred_at`,
      ),
    ).toEqual([
      { id: 'WEBHOOK', replayed: '1' },
      { id: 'WEBHOOK', replayed: '0' },
      { id, replayed: '1' },
    ]);
  });

  it('takes those since an instant; what waits is left; whose receiver is gone is counted', async () => {
    await receiversAre(clinic, { webhooks: [hook.url, 'https://gone.example/'] });
    await raised(clinic, { title: 'old' }, { title: 'new' }, { title: 'waits' });
    await deliver();
    await clinic.owner.query(
      `UPDATE ops.delivery d SET state = 'SENT', sent_at = now(), created_at = CASE f.title WHEN 'old' THEN '2026-01-01'::timestamptz ELSE '2026-02-02T12:00:00Z' END
       FROM inventory.alert_feed f WHERE f.seq = d.feed_seq;
       UPDATE ops.delivery d SET state = 'WAITING', sent_at = NULL FROM inventory.alert_feed f WHERE f.seq = d.feed_seq AND f.title = 'waits'`,
    );
    await receiversAre(clinic, { webhooks: [hook.url] });
    expect(await replay({ since: '2026-02-02T13:00:00+01:00' })).toBe(
      '1 will be sent once more, by the workers.\n1 not: their receivers are no longer in the settings.\n',
    );
    expect(await replay({ since: '2026-01-01', json: true })).toBe(
      `${JSON.stringify({ replayed: 1, withoutReceiver: 2 }, null, 2)}\n`,
    );
  });

  it('goes beside what is new: that does not wait for it', async () => {
    await receiversAre(clinic, { webhooks: [hook.url] });
    await raised(clinic, { title: 'old' });
    await deliver();
    await replay({ since: '2026-01-01' });
    hook.answer = ({ body }) => ({ status: body.includes('"old"') ? 500 : 200 });
    await raised(clinic, { title: 'new' });
    await deliver();
    expect(await standing(clinic)).toEqual(['WAITING 2 Answered 500.', 'SENT 1']);
  });

  it('of a mail takes all that went in it', async () => {
    const mails = await startSmtpReceiver();
    const send = () => runOnce(clinic, sendMailsJob, { ...notifyOff, mail: mails.config });
    await clinic.owner.query(`UPDATE ops.delivery_cursor SET digest_on = current_date + 2 WHERE kind = 'DIGEST'`);
    await receiversAre(clinic, { emails: ['ann@clinic.example'] });
    await raised(clinic, { severity: 'CRITICAL' }, { severity: 'CRITICAL' });
    await send();
    const { id } = await clinic.one<{ id: string }>('SELECT id FROM ops.delivery WHERE id <> leader_id');
    expect(await replay({ id }, 'mails')).toBe('2 will be sent once more, by the workers.\n');
    await raised(clinic, { severity: 'CRITICAL', title: 'new' });
    await send();
    await mails.close();
    const messageIds = mails.taken.map(({ headers }) => headers['message-id']);
    expect(messageIds[0]).toBe(messageIds[1]);
    expect(mails.taken[1]?.text).toBe(mails.taken[0]?.text);
  });

  it('refuses what it cannot understand, and to send everything', async () => {
    await expect(replay({})).rejects.toThrow(Refusal);
    await expect(replay({ since: 'yesterday' })).rejects.toThrow(StartRefusal);
    await expect(replay({ since: '2026-02-30T25:00:00Z' })).rejects.toThrow(StartRefusal);
    await expect(replay({ id: '1' })).rejects.toThrow(StartRefusal);
  });
});

describe('the doctor', () => {
  const look = async (find: typeof mailFindings, notify: NotifyConfig) => {
    const { appUrl, ownerUrl } = clinic.database;
    const database = { appUrl, ownerUrl, directUrl: appUrl, embedded: null };
    const found = await find({ config: { ...readConfig({}), notify }, database, db: clinic.db });
    return found.map((finding) => `${finding.health} ${finding.found}`);
  };

  it('of webhooks: off, without a secret, who does not answer or may not be called, what was given up', async () => {
    expect(await look(webhookFindings, webhooksOn)).toEqual(['OK off: the settings name no address']);
    await receiversAre(clinic, { webhooks: [hook.url, 'http://127.0.0.1:1/a-secret-path'] });
    expect(await look(webhookFindings, notifyOff)).toEqual([
      'WARN 2 in the settings, but WEBHOOK_SECRET is not set here: a worker without it sends nothing',
    ]);
    hook.answer = () => ({ status: 410 });
    await raised(clinic, {});
    await deliver();
    expect(await look(webhookFindings, webhooksOn)).toEqual([
      'OK 1 of 2 receivers answer',
      'WARN http://127.0.0.1:1: No answer (ECONNREFUSED).',
      'WARN 1 wait, 1 were given up',
    ]);
    await receiversAre(clinic, { webhooks: [`https://localhost:${hook.port}/`] });
    const strict = { ...notifyOff, webhooks: { ...webhooksOn.webhooks, allowPrivate: false } };
    expect((await look(webhookFindings, strict))[1]).toBe(
      `WARN https://localhost:${hook.port}: It is at an address that is not public.`,
    );
    expect(hook.received).toHaveLength(1);
  });

  it('of mail: off, without a server, a server that lets us in or not', async () => {
    const mails = await startSmtpReceiver({ user: 'lotkeeper', password: 'right' });
    const on = { ...notifyOff, mail: mails.config };
    expect(await look(mailFindings, on)).toEqual(['OK off: the settings name no address']);
    await receiversAre(clinic, { emails: ['ann@clinic.example'] });
    expect(await look(mailFindings, notifyOff)).toEqual([
      'WARN 1 in the settings, but SMTP_URL is not set here: a worker without it sends nothing',
    ]);
    expect(await look(mailFindings, on)).toEqual(['OK localhost answers and lets us in']);
    const wrong = { ...mails.config, auth: { user: 'lotkeeper', pass: 'hunter2' } };
    const [finding] = await look(mailFindings, { ...notifyOff, mail: wrong });
    expect(finding).toMatch(/^FAIL localhost: /);
    expect(finding).not.toContain('hunter2');
    await mails.close();
  });
});
