import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../actor.ts';
import { answer } from '../../../test/api.ts';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { aDuplicate } from '../../../test/migrated.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { rewritten } from '../../../test/rewritten.ts';
import { Random } from '../../seed/random.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import { rescoreEvents } from '../analytics/rescore-events.ts';
import { dispense } from '../dispensing/dispense.ts';
import { openVial } from '../vials/open-vial.ts';
import { useVial } from '../vials/use-vial.ts';
import { vialMoney } from '../vials/list-vials.ts';
import { dismissDuplicate, mergePatients, unmergePatients } from './decide-duplicate.ts';
import { keptRecords, type MergedPair } from './kept-records.ts';
import { updatePatient } from './save-patient.ts';

let clinic: TestClinic;
let manager: Actor;
let pharmacist: Actor;
let provider: Actor;
beforeAll(async () => {
  clinic = await TestClinic.open();
  [manager, pharmacist, provider] = [
    await clinic.actor(['MANAGER']),
    await clinic.actor(['PHARMACIST']),
    await clinic.actor(['PROVIDER']),
  ];
});
afterAll(() => clinic.close());

const merge = (candidateId: string, keep: string) =>
  clinic.as(manager, (tx) => mergePatients(tx, { candidateId, keep }));
const unmerge = (candidateId: string) =>
  clinic.as(manager, (tx) => unmergePatients(tx, { candidateId, reason: 'Two sisters' }));
const dismiss = (candidateId: string) => clinic.as(manager, (tx) => dismissDuplicate(tx, { candidateId }));
const give = (patientId: string, productId: string) =>
  clinic.as(pharmacist, (tx) =>
    dispense(tx, {
      ...{ idempotencyKey: newKey(), locationId: clinic.locationId, patientId },
      lines: [{ productId, quantity: '1', isPrescription: true }],
    }),
  );

async function people(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push(await clinic.patient());
  return ids;
}

/** Where each points, by letters; a dot stands for itself. */
async function pointers(ids: readonly string[]): Promise<string> {
  const rows = await clinic.all<{ id: string; into: string | null }>(
    'SELECT id, merged_into AS into FROM people.patient WHERE id = ANY($1)',
    [ids],
  );
  const into = new Map(rows.map((row) => [row.id, row.into]));
  return ids.map((id) => 'abcdefgh'[ids.indexOf(into.get(id) ?? '')] ?? '.').join('');
}

/** Every record points where the pairs that stand have it. */
async function proveMerges(of?: readonly string[]): Promise<void> {
  const records = await clinic.all<{ id: string; stands: string }>(
    'SELECT id, coalesce(merged_into, id) AS stands FROM people.patient',
  );
  const pairs = await clinic.all<MergedPair>(
    `SELECT left_id AS "leftId", right_id AS "rightId", kept_id AS "keptId" FROM people.duplicate_candidate WHERE status = 'MERGED' ORDER BY decided_at, id`,
  );
  const wanted = keptRecords(
    records.map(({ id }) => id),
    pairs,
  );
  const wrong = records.filter(({ id, stands }) => (of ?? [id]).includes(id) && wanted.get(id) !== stands);
  expect(wrong).toEqual([]);
}

describe('a merge', () => {
  test('points the other record to the one that is kept, changes nothing else of it, and is on record', async () => {
    const [a = '', b = ''] = await people(2);
    const rows = () =>
      clinic.all('SELECT to_jsonb(p) - ARRAY[$2, $3, $4] AS row FROM people.patient p WHERE id = ANY($1) ORDER BY id', [
        ...[[a, b], 'merged_into', 'into_kept', 'is_kept'],
      ]);
    const before = await rows();
    const pair = await aDuplicate(clinic, a, b);
    await merge(pair, a);
    expect(await pointers([a, b])).toBe('.a');
    expect(await rows()).toEqual(before);
    const source = `{ duplicateCandidates(status: MERGED) { nodes { id status decidedBy { id } left { id mergedInto { id } } right { id mergedInto { id } } } } }`;
    const { duplicateCandidates } = await answer<{ duplicateCandidates: { nodes: object[] } }>(clinic, manager, source);
    const [left, right] = [a, b].sort().map((id) => ({ id, mergedInto: id === b ? { id: a } : null }));
    expect(duplicateCandidates.nodes).toContainEqual({
      ...{ id: pair, status: 'MERGED', decidedBy: { id: manager.id } },
      ...{ left, right },
    });
    const audited = await clinic.all(
      `SELECT entity, entity_id AS id, before, after FROM audit.audit_entry WHERE action = 'mergePatients' AND entity_id = ANY($1) ORDER BY entity`,
      [[pair, a, b]],
    );
    expect(audited).toEqual([
      ...[
        {
          entity: 'duplicate_candidate',
          id: pair,
          before: { status: 'PENDING', keptId: null },
          after: { status: 'MERGED', keptId: a },
        },
      ],
      ...[{ entity: 'patient', id: b, before: { mergedIntoId: null }, after: { mergedIntoId: a } }],
    ]);
    await proveMerges();
  });

  test('and its end leave every row as it was, but for what was decided', async () => {
    const [a = '', b = '', c = ''] = await people(3);
    const rows = () =>
      clinic.all('SELECT to_jsonb(p) AS row FROM people.patient p WHERE id = ANY($1) ORDER BY id', [[a, b, c]]);
    const hashes = () => clinic.all('SELECT hash, kept_hash FROM dpap.merged_hash ORDER BY hash');
    const earlier = await aDuplicate(clinic, a, b);
    await merge(earlier, a);
    const [rowsBefore, hashesBefore] = [await rows(), await hashes()];
    const pair = await aDuplicate(clinic, b, c);
    await merge(pair, c);
    expect(await pointers([a, b, c])).toBe('cc.');
    await unmerge(pair);
    expect([await rows(), await hashes()]).toEqual([rowsBefore, hashesBefore]);
    expect(
      await clinic.one('SELECT status, note, kept_id FROM people.duplicate_candidate WHERE id = $1', [pair]),
    ).toEqual({
      ...{ status: 'DISMISSED', note: 'Two sisters', kept_id: null },
    });
  });

  test('is taken back whatever came after it: who was merged into the other goes along', async () => {
    const ids = await people(5);
    const [a = '', b = '', c = '', d = '', e = ''] = ids;
    const [ab, bc, cd, be] = [
      await aDuplicate(clinic, a, b),
      await aDuplicate(clinic, b, c),
      await aDuplicate(clinic, c, d),
      await aDuplicate(clinic, b, e),
    ];
    await merge(ab, b);
    await merge(bc, c);
    await merge(cd, d);
    await merge(be, b);
    expect(await pointers(ids)).toBe('ddd.d');
    await unmerge(bc);
    expect(await pointers(ids)).toBe('b.d.b');
    await merge(bc, b);
    expect(await pointers(ids)).toBe('b.bbb');
    await unmerge(ab);
    expect(await pointers(ids)).toBe('..bbb');
    await proveMerges();
  });

  test('ends only by its end, a dismissal only by a merge, and nothing is decided of what is not there', async () => {
    const [a = '', b = '', c = ''] = await people(3);
    const pair = await aDuplicate(clinic, a, b);
    expect(await refusalOf(unmerge(pair))).toMatchObject({ code: 'INVALID_STATUS_TRANSITION' });
    await merge(pair, a);
    for (const again of [() => merge(pair, a), () => merge(pair, b), () => dismiss(pair)])
      expect(await refusalOf(again())).toMatchObject({
        code: 'INVALID_STATUS_TRANSITION',
        context: { from: 'MERGED' },
      });
    await unmerge(pair);
    expect(await refusalOf(dismiss(pair))).toMatchObject({
      code: 'INVALID_STATUS_TRANSITION',
      context: { from: 'DISMISSED' },
    });
    await merge(pair, b);
    expect(await pointers([a, b])).toBe('b.');
    expect(await refusalOf(merge(newKey(), a))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(merge(await aDuplicate(clinic, b, c), a))).toMatchObject({
      code: 'BAD_USER_INPUT',
      context: { field: 'keep' },
    });
    const blank = clinic.as(manager, (tx) => unmergePatients(tx, { candidateId: pair, reason: ' ' }));
    expect(await refusalOf(blank)).toMatchObject({ code: 'BAD_USER_INPUT', context: { field: 'reason' } });
  });
});

describe('what was recorded under a merged record', () => {
  test('is the history of the one that is kept, and a recall tells that one, once', async () => {
    const [a = '', b = ''] = await people(2);
    const productId = await clinic.product();
    const { lotId } = await clinic.stock({ productId });
    await give(a, productId);
    await give(b, productId);
    const pair = await aDuplicate(clinic, a, b);
    const history = `query ($id: ID!) { dispenseRecords(patientId: $id) { nodes { patient { id } } } }`;
    const trace = `query ($id: ID!) { lot(id: $id) { trace { patients { patient { id } quantity } } } }`;
    const told = async (id: string) => {
      const { dispenseRecords } = await answer<{ dispenseRecords: { nodes: { patient: { id: string } }[] } }>(
        clinic,
        manager,
        history,
        { id },
      );
      return dispenseRecords.nodes.map(({ patient }) => patient.id);
    };
    const exposed = async () => {
      const { lot } = await answer<{ lot: { trace: { patients: object[] } } }>(clinic, manager, trace, { id: lotId });
      return lot.trace.patients;
    };
    await merge(pair, a);
    expect([await told(a), await told(b)]).toEqual([[b, a], [b]]);
    expect(await exposed()).toEqual([{ patient: { id: a }, quantity: '2' }]);
    await unmerge(pair);
    expect([await told(a), await told(b)]).toEqual([[a], [b]]);
    expect(await exposed()).toHaveLength(2);
  });

  test('counts as given before: EARLY_REPEAT, also when events are scored anew', async () => {
    const [a = '', b = ''] = await people(2);
    const productId = await clinic.product({ deaSchedule: 'CIV' });
    await clinic.stock({ productId });
    await give(b, productId);
    const flagsOf = async (result: Awaited<ReturnType<typeof give>>) => {
      const { flags } = await clinic.one<{ flags: { rule: string }[] }>(
        'SELECT risk_flags AS flags FROM dpap.dispensing_event WHERE dispense_record_id = $1',
        [result['record']?.[0]],
      );
      return flags.map(({ rule }) => rule);
    };
    const alone = await give(a, productId);
    expect(await flagsOf(alone)).not.toContain('EARLY_REPEAT');
    const pair = await aDuplicate(clinic, a, b);
    await merge(pair, a);
    expect(await flagsOf(await give(a, productId))).toContain('EARLY_REPEAT');
    await inTransaction(clinic.systemSession(), (tx) => rescoreEvents(tx, { from: null, to: null }, null));
    expect(await flagsOf(alone)).toContain('EARLY_REPEAT');
    await unmerge(pair);
    await inTransaction(clinic.systemSession(), (tx) => rescoreEvents(tx, { from: null, to: null }, null));
    expect(await flagsOf(alone)).not.toContain('EARLY_REPEAT');
  });

  test('is one patient of a vial', async () => {
    const [a = '', b = ''] = await people(2);
    const productId = await clinic.product({ dosesPerStockUnit: '10' });
    await clinic.owner.query(
      'UPDATE catalogue.product SET single_patient_vial = true, label_stability_hours = 24 WHERE id = $1',
      [productId],
    );
    const { stockId } = await clinic.stock({ productId });
    const opened = await clinic.as(provider, (tx) => openVial(tx, { idempotencyKey: newKey(), stockId }));
    const sessionId = opened['session']?.[0] ?? '';
    const use = (patientId: string) =>
      clinic.as(provider, (tx) => useVial(tx, { idempotencyKey: newKey(), sessionId, patientId, doses: '1' }));
    await use(b);
    expect(await refusalOf(use(a))).toMatchObject({ code: 'AUTHORISER_REQUIRED' });
    await merge(await aDuplicate(clinic, a, b), a);
    await use(a);
    expect((await vialMoney(clinic.db, [sessionId])).get(sessionId)?.session.patientCount).toBe(1);
  });

  test('gets nothing new: whoever names the merged one is told whom to take', async () => {
    const [a = '', b = ''] = await people(2);
    const [productId, missing] = [await clinic.product({ dosesPerStockUnit: '10' }), await clinic.product()];
    await clinic.owner.query('UPDATE catalogue.product SET label_stability_hours = 24 WHERE id = $1', [productId]);
    const { stockId } = await clinic.stock({ productId });
    const opened = await clinic.as(provider, (tx) => openVial(tx, { idempotencyKey: newKey(), stockId }));
    await merge(await aDuplicate(clinic, a, b), a);
    const sessionId = opened['session']?.[0] ?? '';
    const refused = { code: 'BAD_USER_INPUT', context: { field: 'patientId', mergedIntoId: a } };
    expect(await refusalOf(give(b, productId))).toMatchObject(refused);
    expect(await refusalOf(give(b, missing))).toMatchObject(refused);
    const use = clinic.as(provider, (tx) =>
      useVial(tx, { idempotencyKey: newKey(), sessionId, patientId: b, doses: '1' }),
    );
    expect(await refusalOf(use)).toMatchObject(refused);
    const change = clinic.as(manager, (tx) => updatePatient(tx, b, { firstName: 'B', lastName: 'B' }));
    expect(await refusalOf(change)).toMatchObject({
      code: 'BAD_USER_INPUT',
      context: { field: 'id', mergedIntoId: a },
    });
  });
});

describe('at the same time', () => {
  /** A into B, B into C, C into A, each kept by another; and a dispense to each. */
  async function circle(): Promise<{ failures: string[]; shown: string }> {
    const ids = await people(3);
    const [a = '', b = '', c = ''] = ids;
    const productId = await clinic.product();
    await clinic.stock({ productId });
    const pairs: [string, string][] = [
      [await aDuplicate(clinic, a, b), b],
      [await aDuplicate(clinic, b, c), c],
      [await aDuplicate(clinic, c, a), a],
    ];
    const given = ids.map((id) => give(id, productId));
    const done = await Promise.allSettled([...pairs.map(([pair, keep]) => merge(pair, keep)), ...given]);
    const failures = done.flatMap((each, i) => {
      if (each.status === 'fulfilled') return [];
      const error = each.reason as Error & { code?: string };
      // A record that was merged a moment before gets nothing more.
      return i >= 3 && error.code === 'BAD_USER_INPUT' ? [] : [error.message];
    });
    const { kept, records } = await clinic.one<{ kept: string; records: string }>(
      `SELECT count(DISTINCT coalesce(p.merged_into, p.id)) AS kept, count(r.id) AS records
       FROM people.patient p LEFT JOIN inventory.dispense_record r ON r.patient_id = p.id WHERE p.id = ANY($1)`,
      [ids],
    );
    const written = done.slice(3).filter(({ status }) => status === 'fulfilled').length;
    return { failures, shown: `${kept} ${Number(records) === written}` };
  }

  test('merges in a circle, and dispenses to all three, end in one person with everything that was given', async () => {
    for (let round = 0; round < 8; round += 1) expect(await circle()).toEqual({ failures: [], shown: '1 true' });
    await proveMerges();
  });

  test('which they do not without the locks', async () => {
    const rounds = () =>
      rewritten('ORDER BY id FOR NO KEY UPDATE', 'ORDER BY id', async () => {
        const outcomes: string[] = [];
        for (let round = 0; round < 8; round += 1) outcomes.push(JSON.stringify(await circle()));
        return outcomes;
      });
    const right = JSON.stringify({ failures: [], shown: '1 true' });
    expect((await rounds()).some((outcome) => outcome !== right)).toBe(true);
  });

  test('a pair is decided once, whoever is first', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [a = '', b = ''] = await people(2);
      const pair = await aDuplicate(clinic, a, b);
      const done = await Promise.allSettled([merge(pair, a), merge(pair, b), dismiss(pair)]);
      // A dismissed pair may be merged after all; nothing follows a merge.
      const { status } = await clinic.one<{ status: string }>(
        'SELECT status FROM people.duplicate_candidate WHERE id = $1',
        [pair],
      );
      expect(status).toBe('MERGED');
      expect(done.slice(0, 2).filter((each) => each.status === 'fulfilled')).toHaveLength(1);
      expect(['.a', 'b.']).toContain(await pointers([a, b]));
    }
  });

  test('merges and ends of merges by chance, many at once, leave what the pairs that stand say', async () => {
    const random = new Random(7);
    const ids = await people(7);
    const pairs: { readonly id: string; readonly sides: readonly [string, string] }[] = [];
    for (const [i, a] of ids.entries())
      for (const b of ids.slice(i + 1)) pairs.push({ id: await aDuplicate(clinic, a, b), sides: [a, b] });
    const step = async () => {
      const { id, sides } = random.pick(pairs);
      const doing = random.chance(0.6) ? merge(id, random.pick(sides)) : unmerge(id);
      const refusal = await doing.then(
        () => null,
        (error: unknown) => error,
      );
      if (refusal !== null) expect(refusal).toMatchObject({ code: 'INVALID_STATUS_TRANSITION' });
    };
    for (let round = 0; round < 40; round += 1) await Promise.all([step(), step(), step()]);
    await proveMerges(ids);
  });
});
