import { describe, expect, test } from 'vitest';
import { sessionMoney, useCosts, useMoney, wasteCost, type SessionFacts, type UsedDoses } from './session-money.ts';

const session = (facts: Partial<SessionFacts> = {}): SessionFacts => ({
  unitCost: '400',
  initialDoses: '100',
  hasEnded: false,
  wasteCosts: [],
  ...facts,
});
const use = (id: string, doses: string, charge: string | null = null, patientId = id): UsedDoses => ({
  id,
  patientId,
  doses,
  charge,
  reverses: null,
});
const back = (id: string, of: UsedDoses): UsedDoses => ({
  ...of,
  id,
  doses: `-${of.doses}`,
  charge: of.charge === null ? null : `-${of.charge}`,
  reverses: of.id,
});

describe('a vial of 100 units at 400, drawn 12.5, 20 and 12.5, the rest wasted', () => {
  const uses = [use('a', '12.5', '150'), use('b', '20', '240'), use('c', '12.5', '150')];
  const ended = session({ hasEnded: true, wasteCosts: ['220'] });

  test('each use costs its share, what was wasted the rest', () => {
    expect(wasteCost(session(), uses, '55', true)).toBe('220');
    expect([...(useCosts(ended, uses) ?? [])]).toEqual([
      ['a', '50'],
      ['b', '80'],
      ['c', '50'],
    ]);
  });

  test('per use, with and without the share of the waste by doses', () => {
    // 220 × 12.5 / 45 = 61.1111…, 220 × 20 / 45 = 97.7777…; the last takes 220 − 61.1111 − 97.7778.
    expect([...(useMoney(ended, uses) ?? [])]).toEqual([
      ['a', { cost: '50', costWithWaste: '111.1111', margin: '100', marginWithWaste: '38.8889' }],
      ['b', { cost: '80', costWithWaste: '177.7778', margin: '160', marginWithWaste: '62.2222' }],
      ['c', { cost: '50', costWithWaste: '111.1111', margin: '100', marginWithWaste: '38.8889' }],
    ]);
  });

  test('the session', () => {
    expect(sessionMoney(ended, uses)).toEqual({
      revenue: '540',
      cost: '400',
      wasteCost: '220',
      margin: '140',
      marginPercentage: '25.9259',
      costPerDose: '4',
      costPerPatient: '60',
      costPerPatientWithWaste: '133.3333',
      patientCount: 3,
    });
  });
});

test('an ended session without waste costs exactly one unit: the last use that stands takes what rounding leaves', () => {
  const uses = [use('a', '1'), use('b', '1'), use('c', '1')];
  const costs = useCosts(session({ unitCost: '10', initialDoses: '3', hasEnded: true }), uses);
  expect([...(costs?.values() ?? [])]).toEqual(['3.3333', '3.3333', '3.3334']);
  const open = useCosts(session({ unitCost: '10', initialDoses: '3' }), uses);
  expect([...(open?.values() ?? [])]).toEqual(['3.3333', '3.3333', '3.3333']);
});

test('drawn empty after some of it was spilled, the last use takes what rounding leaves', () => {
  const uses = [use('a', '1'), use('b', '1')];
  const facts = session({ unitCost: '10', initialDoses: '3', wasteCosts: ['3.3333'], hasEnded: true });
  expect([...(useCosts(facts, uses)?.values() ?? [])]).toEqual(['3.3333', '3.3334']);
  expect(sessionMoney(facts, uses)).toMatchObject({ cost: '10', wasteCost: '3.3333' });
});

test('rounding never spends more than the unit', () => {
  const uses = [use('a', '1'), use('b', '1')];
  const facts = session({ unitCost: '0.0001', initialDoses: '2' });
  expect([...(useCosts(facts, uses)?.values() ?? [])]).toEqual(['0.0001', '0']);
  expect(wasteCost(session({ unitCost: '0.0001', initialDoses: '3', wasteCosts: ['0.0001'] }), [], '1', false)).toBe(
    '0',
  );
});

test('a use that was taken back costs nothing, counts no patient, and is not the last', () => {
  const [a, b] = [use('a', '50', '500'), use('b', '50', '600')];
  const uses = [a, b, back('c', b)];
  const facts = session();
  expect([...(useCosts(facts, uses)?.values() ?? [])]).toEqual(['200', '200', '-200']);
  expect(sessionMoney(facts, uses)).toMatchObject({
    revenue: '500',
    cost: '200',
    patientCount: 1,
    costPerPatient: '200',
  });
  const ended = session({ hasEnded: true, wasteCosts: ['200'] });
  expect(useMoney(ended, uses)?.get('a')).toMatchObject({ cost: '200', costWithWaste: '400', marginWithWaste: '100' });
  expect(useMoney(ended, uses)?.get('b')).toMatchObject({ cost: '200', costWithWaste: '200', margin: '400' });
});

test('of an unknown cost nothing is said', () => {
  const facts = session({ unitCost: null });
  const uses = [use('a', '10', '80')];
  expect([useCosts(facts, uses), useMoney(facts, uses), wasteCost(facts, uses, '90', true)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(sessionMoney(facts, uses)).toMatchObject({
    revenue: '80',
    cost: '0',
    costPerDose: null,
    costPerPatient: null,
  });
});

test('nobody has drawn yet', () => {
  expect(sessionMoney(session(), [])).toEqual({
    revenue: '0',
    cost: '0',
    wasteCost: '0',
    margin: '0',
    marginPercentage: null,
    costPerDose: '4',
    costPerPatient: null,
    costPerPatientWithWaste: null,
    patientCount: 0,
  });
});
