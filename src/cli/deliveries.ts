/** `lotkeeper webhooks` and `lotkeeper mails`: what became of them, and sending them once more under the same ids. */
import { inTransaction } from '../db/in-transaction.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { listDeliveries, type ListedDelivery } from '../domain/deliveries/list-deliveries.ts';
import { replayDeliveries } from '../domain/deliveries/replay-deliveries.ts';
import { systemSession } from '../jobs/system-session.ts';
import { DeliveryState, type DeliveryKind } from '../schema/enums.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import type { DeliveryListOptions, ReplayOptions } from './options.ts';
import { paint, say, sayJson } from './out.ts';

const kindsOf = { webhooks: ['WEBHOOK'], mails: ['MAIL', 'DIGEST'] } as const satisfies Record<string, DeliveryKind[]>;
export type DeliveryWord = keyof typeof kindsOf;

export async function deliveriesList(word: DeliveryWord, options: DeliveryListOptions): Promise<void> {
  const most = /^[1-9]\d{0,3}$/.test(options.limit) ? Number(options.limit) : null;
  if (most === null) throw new StartRefusal('--limit is a number from 1 to 9999.');
  const state = Object.values(DeliveryState).find((each) => each === options.state?.toUpperCase()) ?? null;
  await withClosers(async (closers) => {
    const { appUrl } = await openDatabase(await commandConfig(), closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 1, applicationName: 'lotkeeper-cli' });
    const deliveries = await listDeliveries(db, { kinds: kindsOf[word], state, most });
    if (options.json === true) sayJson({ deliveries });
    else for (const delivery of deliveries) say(linesOf(delivery));
    if (options.json !== true && deliveries.length === 0) say('None.');
  });
}

export async function deliveriesReplay(word: DeliveryWord, options: ReplayOptions): Promise<void> {
  const { id, dead = false } = options;
  const since = options.since === undefined ? undefined : instant(options.since);
  if (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    throw new StartRefusal(`--id is the id of a delivery, as lotkeeper ${word} list shows it.`);
  }
  await withClosers(async (closers) => {
    const { appUrl } = await openDatabase(await commandConfig(), closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 1, applicationName: 'lotkeeper-cli' });
    const replay = {
      ...{ kinds: kindsOf[word], isDead: dead },
      ...(id === undefined ? {} : { id }),
      ...(since === undefined ? {} : { since }),
    };
    const done = await inTransaction(systemSession(db), (tx) => replayDeliveries(tx, replay));
    if (options.json === true) sayJson(done);
    else {
      say(`${done.replayed} will be sent once more, by the workers.`);
      if (done.withoutReceiver > 0) say(`${done.withoutReceiver} not: their receivers are no longer in the settings.`);
    }
  });
}

/** An instant with its zone, or a day in UTC. */
function instant(text: string): Date {
  const date = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) ? new Date(text) : null;
  if (date !== null && !Number.isNaN(date.getTime())) return date;
  throw new StartRefusal('--since is a day or an instant such as 2026-11-20 or 2026-11-20T07:00:00Z.');
}

const colours = { WAITING: 'yellow', SENT: 'green', DEAD: 'red' } as const;

function linesOf(delivery: ListedDelivery): string {
  const { id, state, target, title, attempts, createdAt, nextAttemptAt, sentAt, lastError } = delivery;
  const when = {
    WAITING: `next attempt ${nextAttemptAt.toISOString()}`,
    SENT: `sent ${sentAt?.toISOString() ?? ''}`,
    DEAD: 'given up',
  };
  const error = lastError === null ? '' : ` ${lastError}`;
  return [
    `${paint(colours[state], state.padEnd(7))}  ${id}  ${createdAt.toISOString()}  ${target}`,
    `         ${title.replace(/\s+/g, ' ')}`,
    `         ${attempts} attempts, ${when[state]}.${error}`,
  ].join('\n');
}
