import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Actor, Role } from '../../actor.ts';
import { raiseAlert, raiseAlerts, type NewAlert } from '../../../test/alerts.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { openAlertTail, type AlertTail } from './alert-tail.ts';
import { followAlerts, type AlertFilter } from './follow-alerts.ts';
import { lookAtFeed, numberAlerts } from './number-alerts.ts';
import type { ToldAlert } from './read-alert-feed.ts';

const patience = { timeout: 15_000, interval: 5 };
let clinic: TestClinic;
let tail: AlertTail;
const ends: AbortController[] = [];

beforeAll(async () => {
  clinic = await TestClinic.open();
});
beforeEach(async () => {
  tail = await openTail();
});
afterEach(() => {
  for (const end of ends.splice(0)) end.abort();
});
afterAll(async () => {
  await clinic.close();
});

const openTail = (kept?: number) =>
  openAlertTail({
    db: clinic.db,
    onError: (error) => {
      throw error;
    },
    ...(kept === undefined ? {} : { kept }),
  });
const here = (more: Partial<NewAlert> = {}): NewAlert => ({ locationId: clinic.locationId, ...more });
const elsewhere = (more: Partial<NewAlert> = {}): NewAlert => ({ locationId: clinic.elsewhereId, ...more });
const everywhere = (more: Partial<NewAlert> = {}): NewAlert => ({ locationId: null, ...more });

/** Raises, numbers, and says so, as the sequencer does. */
async function tell(alerts: readonly NewAlert[], to = tail): Promise<string[]> {
  const ids = await raiseAlerts(clinic.owner, alerts);
  await clinic.as(clinic.systemSession().actor, numberAlerts);
  to.hear((await lookAtFeed(clinic.db)).head);
  return ids;
}

/** One who takes all that comes. */
async function listen(actor: Actor, filter: AlertFilter = {}, to = tail) {
  const told: ToldAlert[] = [];
  const who = { actor };
  const end = new AbortController();
  ends.push(end);
  const access = async () => who.actor;
  const stream = await followAlerts(to, filter, { access, signal: end.signal });
  const ended = (async () => {
    for await (const alert of stream) told.push(alert);
  })();
  return { told, ids: () => told.map(({ id }) => id), who, end, ended };
}

const has = async (found: () => unknown, wanted: unknown) => {
  await vi.waitFor(() => {
    expect(found()).toEqual(wanted);
  }, patience);
};

describe('a subscriber', () => {
  test('is told what comes, in order, as it was when it was told', async () => {
    const { told, ids } = await listen(await clinic.actor(['TECHNICIAN']));
    const productId = await clinic.product();
    const raised = await tell([here({ title: 'First', message: 'One', severity: 'INFO', productId })]);
    await clinic.owner.query(
      `UPDATE inventory.inventory_alert SET severity = 'CRITICAL', title = 'Later', message = 'Later', status = 'RESOLVED', resolved_at = now(), resolution = 'gone', acknowledged_at = now()`,
    );
    raised.push(...(await tell([here(), here()])));
    await has(ids, raised);
    expect(told[0]).toMatchObject({
      ...{ title: 'First', message: 'One', severity: 'INFO', status: 'OPEN', productId },
      ...{ resolvedAt: null, resolution: null, acknowledgedAt: null },
    });
    expect(told.map(({ cursor }) => cursor)).toEqual([1, 2, 3].map((n) => String(Number(told[0]?.cursor) - 1 + n)));
  });

  test('without a cursor begins with what comes next', async () => {
    await tell([here()]);
    const { ids } = await listen(await clinic.actor(['TECHNICIAN']));
    const raised = await tell([here()]);
    await has(ids, raised);
  });

  test('with a cursor is told what it missed first, then what comes, nothing twice', async () => {
    const { told } = await listen(await clinic.actor(['TECHNICIAN']));
    await tell([here()]);
    await has(() => told.length, 1);
    const missed = await tell([here(), here()]);
    const { ids } = await listen(await clinic.actor(['TECHNICIAN']), { after: told[0]?.cursor });
    await has(ids, missed);
    const later = await tell([here()]);
    await has(ids, [...missed, ...later]);
  });

  test('that has fallen behind what is kept reads the feed itself, and catches up', async () => {
    const { head } = await lookAtFeed(clinic.db);
    const short = await openTail(10);
    const mixed = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? here() : elsewhere()));
    const raised = await tell(mixed, short);
    const { ids } = await listen(await clinic.actor(['TECHNICIAN']), { after: head }, short);
    const own = raised.filter((_, index) => index % 3 === 0);
    await has(ids, own);
    const later = await tell([here()], short);
    await has(ids, [...own, ...later]);
  });

  test('is told only what it wants', async () => {
    const actor = await clinic.actor(['PHARMACIST'], [clinic.locationId, clinic.elsewhereId]);
    const critical = await listen(actor, { severity: ['CRITICAL', 'INFO'] });
    const place = await listen(actor, { locationId: clinic.elsewhereId, severity: [] });
    const raised = await tell([
      here({ severity: 'CRITICAL' }),
      here({ severity: 'WARNING' }),
      elsewhere({ severity: 'WARNING' }),
      everywhere({ severity: 'INFO' }),
    ]);
    await has(critical.ids, [raised[0], raised[3]]);
    await has(place.ids, [raised[2]]);
  });

  test('is told the same by the feed as by what is kept', async () => {
    const { head } = await lookAtFeed(clinic.db);
    const short = await openTail(1);
    const severities = ['CRITICAL', 'WARNING', 'INFO'] as const;
    const places = [here, elsewhere, everywhere];
    await tell(
      Array.from({ length: 60 }, (_, index) => {
        const make = places[Math.floor(index / 3) % 3] ?? here;
        return make({ severity: severities[index % 3] ?? 'INFO' });
      }),
    );
    short.hear((await lookAtFeed(clinic.db)).head);
    await has(() => [tail.last, short.last], Array(2).fill(Number(head) + 60));
    for (const roles of [['TECHNICIAN'], ['AUDITOR']] satisfies Role[][]) {
      const actor = await clinic.actor(roles);
      for (const filter of [{}, { severity: ['WARNING'] as const }, { locationId: clinic.locationId }]) {
        const kept = await listen(actor, { ...filter, after: head });
        const read = await listen(actor, { ...filter, after: head }, short);
        await vi.waitFor(() => {
          expect(read.told.length).toBeGreaterThan(0);
          expect(read.told).toEqual(kept.told);
        }, patience);
      }
    }
  });
});

describe('only its own places', () => {
  test('and alerts of the organisation for those roles that see it', async () => {
    const roles: Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'AUDITOR', 'PROVIDER', 'TECHNICIAN'];
    const all = await Promise.all(roles.map(async (role) => listen(await clinic.actor([role]))));
    const [own, , organisation] = await tell([here(), elsewhere(), everywhere()]);
    const last = await tell([here()]);
    for (const [index, { ids }] of all.entries()) {
      await has(ids, index < 4 ? [own, organisation, ...last] : [own, ...last]);
    }
  });

  test('as they are at each event: one that is lost is silent from then on, one that is won is heard', async () => {
    const actor = await clinic.actor(['TECHNICIAN']);
    const { ids, who } = await listen(actor);
    const [first] = await tell([here(), elsewhere()]);
    await has(ids, [first]);
    who.actor = { ...actor, locationIds: [clinic.elsewhereId] };
    const [, second] = await tell([here(), elsewhere()]);
    await has(ids, [first, second]);
  });

  test('also of a page that was read before', async () => {
    const { head } = await lookAtFeed(clinic.db);
    const short = await openTail(1);
    const raised = await tell([here(), here(), here(), here()], short);
    await has(() => short.last, Number(head) + 4);
    const who = { actor: await clinic.actor(['TECHNICIAN']) };
    const end = new AbortController();
    const stream = await followAlerts(short, { after: head }, { access: async () => who.actor, signal: end.signal });
    expect((await stream.next()).value).toMatchObject({ id: raised[0] });
    who.actor = { ...who.actor, locationIds: [] };
    const next = stream.next();
    end.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('who may no more at all is ended', async () => {
    const actor = await clinic.actor(['TECHNICIAN']);
    const stream = await followAlerts(
      tail,
      {},
      { access: () => Promise.reject(new Error('out')), signal: new AbortController().signal },
    );
    const next = stream.next();
    await tell([here()]);
    await expect(next).rejects.toThrow('out');
    expect(actor.locationIds).toHaveLength(1);
  });
});

test.each(['', 'x', '-1', '1.5', ' 1', '1e3', '9'.repeat(16), '99999999'])(
  'the cursor %o is refused',
  async (after) => {
    const follower = { access: () => clinic.actor(['ADMIN']), signal: new AbortController().signal };
    await expect(followAlerts(tail, { after }, follower)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  },
);

test('a location that is no id is refused, one of others is silent', async () => {
  const actor = await clinic.actor(['ADMIN']);
  await expect(listen(actor, { locationId: 'here' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  const other = await listen(actor, { locationId: clinic.elsewhereId });
  const all = await listen(actor);
  const [, own] = await tell([elsewhere(), here()]);
  await has(all.ids, [own]);
  expect(other.ids()).toEqual([]);
});

test('a hundred who follow cost one read', async () => {
  const actor = await clinic.actor(['TECHNICIAN']);
  const all = await Promise.all(Array.from({ length: 100 }, () => listen(actor)));
  await raiseAlert(clinic.owner, here());
  await clinic.as(clinic.systemSession().actor, numberAlerts);
  const { head } = await lookAtFeed(clinic.db);
  const { statements } = await countStatements(async () => {
    tail.hear(head);
    for (const { told } of all) await has(() => told.length, 1);
  });
  expect(statements).toHaveLength(1);
});

test('what somebody says of numbers that do not exist leads to a read and no more', async () => {
  const { told } = await listen(await clinic.actor(['TECHNICIAN']));
  tail.hear('999999999999');
  await tell([here()]);
  await has(() => told.length, 1);
});

test('a follower that ends while it waits is over at once', async () => {
  const { end, ended } = await listen(await clinic.actor(['TECHNICIAN']));
  end.abort();
  await ended;
});
