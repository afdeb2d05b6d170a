/** What the doctor says of webhooks and mail: whether they are on, whether somebody answers, what was given up. */
import type { DataSource } from 'typeorm';
import { countDeliveries } from '../domain/deliveries/list-deliveries.ts';
import type { DeliveryKind } from '../schema/enums.ts';
import { openMailer } from '../notify/mailer.ts';
import { reachReceiver } from '../notify/reach-receiver.ts';
import type { Finding, Patient } from './doctor.ts';

export async function webhookFindings({ config, db }: Patient): Promise<Finding[]> {
  const check = 'webhooks';
  const { webhookUrls } = await receivers(db);
  const { secrets, allowPrivate } = config.notify.webhooks;
  if (webhookUrls.length === 0) return [{ check, health: 'OK', found: 'off: the settings name no address' }];
  if (secrets.length === 0) {
    const found = `${webhookUrls.length} in the settings, but WEBHOOK_SECRET is not set here: a worker without it sends nothing`;
    return [{ check, health: 'WARN', found, advice: 'Set WEBHOOK_SECRET to a random text of 32 characters or more.' }];
  }
  const reached = await Promise.all(
    webhookUrls.map(async (url) => ({ url, problem: await reachReceiver(url, allowPrivate) })),
  );
  const silent = reached.flatMap(({ url, problem }): Finding[] => {
    // The path is left out: with some receivers it is their secret.
    const found = `${new URL(url).origin}: ${problem ?? ''}`;
    const advice = 'See that it runs; what it misses waits for seven days.';
    return problem === null ? [] : [{ check, health: 'WARN', found, advice }];
  });
  const answering = webhookUrls.length - silent.length;
  const counted = await waitingAndDead(db, ['WEBHOOK'], { check, word: 'webhooks' });
  return [
    { check, health: 'OK', found: `${answering} of ${webhookUrls.length} receivers answer` },
    ...silent,
    ...counted,
  ];
}

export async function mailFindings({ config, db }: Patient): Promise<Finding[]> {
  const check = 'mail';
  const { alertEmails } = await receivers(db);
  const { mail } = config.notify;
  if (alertEmails.length === 0) return [{ check, health: 'OK', found: 'off: the settings name no address' }];
  if (mail === null) {
    const found = `${alertEmails.length} in the settings, but SMTP_URL is not set here: a worker without it sends nothing`;
    return [{ check, health: 'WARN', found, advice: 'Set SMTP_URL and MAIL_FROM.' }];
  }
  const mailer = openMailer(mail);
  const problem = await mailer.verify().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  mailer.close();
  const counted = await waitingAndDead(db, ['MAIL', 'DIGEST'], { check, word: 'mails' });
  if (problem === null) return [{ check, health: 'OK', found: `${mail.host} answers and lets us in` }, ...counted];
  const advice = 'Correct SMTP_URL, or see that the server runs; what it misses waits for seven days.';
  return [{ check, health: 'FAIL', found: `${mail.host}: ${problem}`, advice }, ...counted];
}

interface Receivers {
  readonly webhookUrls: readonly string[];
  readonly alertEmails: readonly string[];
}

async function receivers(db: DataSource): Promise<Receivers> {
  const [row] = await db.query<Receivers[]>(
    'SELECT webhook_urls AS "webhookUrls", alert_emails AS "alertEmails" FROM ops.settings',
  );
  if (row === undefined) throw new Error('ops.settings has no row');
  return row;
}

async function waitingAndDead(
  db: DataSource,
  kinds: readonly DeliveryKind[],
  { check, word }: { readonly check: string; readonly word: string },
): Promise<Finding[]> {
  const counts = (await countDeliveries(db)).filter(({ kind }) => kinds.includes(kind));
  const sum = (of: 'waiting' | 'dead') => counts.reduce((total, count) => total + count[of], 0);
  const [waiting, dead] = [sum('waiting'), sum('dead')];
  if (dead === 0) return waiting === 0 ? [] : [{ check, health: 'OK', found: `${waiting} wait` }];
  const advice = `Look at lotkeeper ${word} list --state dead; lotkeeper ${word} replay --dead sends them once more.`;
  return [{ check, health: 'WARN', found: `${waiting} wait, ${dead} were given up`, advice }];
}
