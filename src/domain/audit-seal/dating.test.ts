import { describe, expect, it } from 'vitest';
import { datingOf, LateCount, wasPassedOver, type Dating } from './dating.ts';

describe('when a row was written', () => {
  const at = (time: string) => `2026-03-01T${time}:00`;
  it.each<[told: string, sealedAt: string, completeAt: string | null, Dating]>([
    [at('12:00'), at('12:01'), at('11:59'), 'in time'],
    [at('12:00'), at('12:10'), at('11:59'), 'in time'],
    [at('12:00'), at('12:11'), at('12:10'), 'backdated'],
    [at('12:00'), at('12:11'), at('12:00'), 'late'],
    [at('09:00'), at('12:00'), at('08:59'), 'late'],
    [at('09:00'), at('12:00'), at('09:10'), 'late'],
    [at('09:00'), at('12:00'), at('09:11'), 'backdated'],
    [at('09:00'), at('12:00'), at('11:59'), 'backdated'],
    [at('09:00'), at('12:00'), null, 'late'],
    [at('12:10'), at('12:00'), at('11:59'), 'in time'],
    [at('12:11'), at('12:00'), at('11:59'), 'postdated'],
    ['infinity', at('12:00'), null, 'postdated'],
    ['12026-01-01T00:00:00', at('12:00'), null, 'postdated'],
    ['-infinity', at('12:00'), at('11:59'), 'backdated'],
    ['0044-03-15T00:00:00 BC', at('12:00'), at('11:59'), 'backdated'],
  ])('tells %s, is sealed at %s, with all sealed at %s before: %s', (told, sealedAt, completeAt, dating) => {
    expect(datingOf(told, { sealedAt, completeAt })).toBe(dating);
  });

  it('a row without a seal was passed over by a seal that came more than ten minutes later', () => {
    expect(wasPassedOver(at('12:00'), null)).toBe(false);
    expect(wasPassedOver(at('12:00'), at('12:10'))).toBe(false);
    expect(wasPassedOver(at('12:00'), at('12:11'))).toBe(true);
  });

  it('late rows are told by standstill', () => {
    const late = new LateCount();
    late.add(at('01:00'), { sealedAt: at('03:00'), completeAt: null });
    late.add(at('02:00'), { sealedAt: at('03:00'), completeAt: null });
    late.add(at('01:30'), { sealedAt: at('03:01'), completeAt: null });
    late.add(at('05:00'), { sealedAt: at('06:00'), completeAt: at('03:01') });
    expect(late.standstills).toEqual([
      {
        rows: 3,
        recordedFrom: at('01:00'),
        recordedTo: at('02:00'),
        sealedFrom: at('03:00'),
        sealedTo: at('03:01'),
        noSealSince: null,
      },
      {
        rows: 1,
        recordedFrom: at('05:00'),
        recordedTo: at('05:00'),
        sealedFrom: at('06:00'),
        sealedTo: at('06:00'),
        noSealSince: at('03:01'),
      },
    ]);
  });
});
