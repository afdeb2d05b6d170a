import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answer, ask, walk } from '../../../test/api.ts';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import type { Actor } from '../../actor.ts';
import { dispense } from '../dispensing/dispense.ts';
import { reverseDispense } from '../dispensing/reverse-dispense.ts';
import { highRiskFeed, numberAlerts } from '../alerts/number-alerts.ts';
import { followHighRisk, openHighRiskTail } from './follow-high-risk.ts';
import { reviewHighRiskAlert } from './review-high-risk-alert.ts';

let clinic: TestClinic;
let pharmacist: Actor;
let analyst: Actor;
const products = new Map<string, string>();
beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST'], [clinic.locationId, clinic.elsewhereId]);
  analyst = await clinic.actor(['ANALYST']);
  for (const deaSchedule of ['CII', 'CIV']) {
    const productId = await clinic.product({ deaSchedule });
    products.set(deaSchedule, productId);
    for (const locationId of [clinic.locationId, clinic.elsewhereId]) {
      await clinic.stock({ productId, locationId, quantity: '1000' });
    }
  }
});
afterAll(() => clinic.close());

interface Given {
  readonly recordId: string;
  readonly alertId: string;
}

/** CII scores 70, CIV 60. */
async function give(deaSchedule: 'CII' | 'CIV', locationId = clinic.locationId, daysAgo = 0): Promise<Given> {
  const occurredAt = new Date(Date.now() - daysAgo * 86_400_000);
  const line = { productId: products.get(deaSchedule) ?? '', quantity: '1', isPrescription: false };
  const { record } = await clinic.as(pharmacist, (tx) =>
    dispense(tx, { idempotencyKey: newKey(), locationId, occurredAt, lines: [line] }),
  );
  const recordId = record?.[0] ?? '';
  const { id: alertId } = await clinic.one<{ id: string }>(
    'SELECT a.id FROM dpap.high_risk_alert a JOIN dpap.dispensing_event e ON e.id = a.event_id WHERE e.dispense_record_id = $1',
    [recordId],
  );
  return { recordId, alertId };
}

const number = () => clinic.as(clinic.systemSession().actor, (tx) => numberAlerts(tx, highRiskFeed));
const source = `query ($first: Int, $after: String, $reviewed: Boolean, $pharmacyId: ID) {
  page: highRiskAlerts(first: $first, after: $after, reviewed: $reviewed, pharmacyId: $pharmacyId) { nodes {
    id cursor pharmacyId drugName patientAgeGroup riskScore riskCategory flags { rule points } reversed reviewedAt reviewNotes decision
    reviewedBy { id } event { dispenseRecordId riskScore riskModelVersion highRiskFlag } } pageInfo { hasNextPage endCursor } } }`;
interface Node {
  readonly id: string;
  readonly cursor: string;
  readonly reversed: boolean;
  readonly event: { readonly dispenseRecordId: string };
}

describe('the review queue', () => {
  it('has the newest day first, of each day the riskiest, of the own places only', async () => {
    const old = [await give('CII', clinic.locationId, 2), await give('CIV', clinic.locationId, 2)];
    const fresh = [await give('CIV'), await give('CII'), await give('CIV')];
    const away = await give('CII', clinic.elsewhereId);
    const seen = (await walk<Node>(clinic, analyst, source, 2)).map(({ id }) => id);
    const order = [fresh[1], fresh[2], fresh[0], old[0], old[1]].map((one) => one?.alertId);
    expect(seen).toEqual(order);
    expect(await walk<Node>(clinic, pharmacist, source, 2, { pharmacyId: clinic.elsewhereId })).toMatchObject([
      { id: away.alertId, event: { dispenseRecordId: away.recordId, riskModelVersion: 1, highRiskFlag: true } },
    ]);
    expect((await walk<Node>(clinic, pharmacist, source, 50)).length).toBe(6);
  });

  it('says of a dispensing that it was taken back', async () => {
    const { recordId, alertId } = await give('CIV');
    const back = { idempotencyKey: newKey(), dispenseRecordId: recordId, returnToStock: true, reason: 'not wanted' };
    await clinic.as(pharmacist, (tx) => reverseDispense(tx, back));
    const nodes = await walk<Node>(clinic, analyst, source, 50);
    expect(nodes.filter(({ reversed }) => reversed).map(({ id }) => id)).toEqual([alertId]);
  });
});

describe('a review', () => {
  const mutation = `mutation ($input: ReviewHighRiskInput!) { reviewHighRiskAlert(input: $input) { alert { id decision reviewNotes reviewedBy { id } } } }`;

  it('is made once, with its notes, by a pharmacist of the place, and is on record', async () => {
    const { alertId } = await give('CII');
    const input = { alertId, decision: 'INTERVENED', notes: ' The prescriber was called. ' };
    expect(await answer(clinic, pharmacist, mutation, { input })).toEqual({
      reviewHighRiskAlert: {
        alert: {
          ...{ id: alertId, decision: 'INTERVENED', reviewNotes: 'The prescriber was called.' },
          reviewedBy: { id: pharmacist.id },
        },
      },
    });
    expect((await ask(clinic, pharmacist, mutation, { input })).errors).toEqual([
      'INVALID_STATUS_TRANSITION reviewHighRiskAlert',
    ]);
    const waiting = await walk<Node>(clinic, pharmacist, source, 50, { reviewed: false });
    expect(waiting.map(({ id }) => id)).not.toContain(alertId);
    expect(await walk<Node>(clinic, pharmacist, source, 50, { reviewed: true })).toMatchObject([{ id: alertId }]);
    expect(
      await clinic.all(
        `SELECT action, actor_id, location_id, after->>'decision' AS decision, reason FROM audit.audit_entry WHERE entity = 'high_risk_alert' AND entity_id = $1`,
        [alertId],
      ),
    ).toEqual([
      {
        ...{ action: 'reviewHighRiskAlert', actor_id: pharmacist.id, location_id: clinic.locationId },
        ...{ decision: 'INTERVENED', reason: 'The prescriber was called.' },
      },
    ]);
  });

  it('is made by one of two who come together', async () => {
    const { alertId } = await give('CIV');
    const review = () =>
      clinic.as(pharmacist, (tx) => reviewHighRiskAlert(tx, { alertId, decision: 'CLEARED', notes: 'known' }));
    const outcomes = await Promise.allSettled([review(), review(), review()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is refused without notes, and to who works elsewhere', async () => {
    const { alertId } = await give('CIV');
    const stranger = await clinic.actor(['PHARMACIST'], [clinic.elsewhereId]);
    const review = (actor: Actor, notes: string) =>
      clinic.as(actor, (tx) => reviewHighRiskAlert(tx, { alertId, decision: 'ESCALATED', notes }));
    expect(await refusalOf(review(pharmacist, '  '))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refusalOf(review(stranger, 'mine?'))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the feed', () => {
  it('tells what was missed after a cursor, then what comes, of the own places, each once', async () => {
    await number();
    const { alertId: seen } = await give('CIV');
    await number();
    const cursor = (await walk<Node>(clinic, analyst, source, 50)).find(({ id }) => id === seen)?.cursor;
    const missed = await give('CIV');
    await give('CII', clinic.elsewhereId);
    await number();
    const tail = await openHighRiskTail({
      db: clinic.db,
      onError: (error) => {
        throw error;
      },
    });
    const stop = new AbortController();
    const follower = { access: async () => analyst, signal: stop.signal };
    const told: string[] = [];
    const listening = (async () => {
      for await (const alert of await followHighRisk(tail, { after: cursor }, follower)) told.push(alert.id);
    })();
    await vi.waitFor(() => {
      expect(told).toEqual([missed.alertId]);
    });
    const next = await give('CII');
    await number();
    const { head } = await clinic.one<{ head: string }>('SELECT max(seq)::text AS head FROM dpap.high_risk_alert');
    tail.hear(head);
    await vi.waitFor(() => {
      expect(told).toEqual([missed.alertId, next.alertId]);
    });
    stop.abort();
    tail.hear(String(Number(head) + 1));
    await listening;
  });

  it('refuses a cursor that it has not given', async () => {
    const tail = await openHighRiskTail({ db: clinic.db, onError: () => undefined });
    const follower = { access: async () => analyst, signal: new AbortController().signal };
    for (const after of ['99999999', '-1', 'x']) {
      expect(await refusalOf(followHighRisk(tail, { after }, follower))).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });
});
