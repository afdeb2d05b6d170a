import { describe, expect, it } from 'vitest';
import { StockBucket } from '../../schema/enums.ts';
import { bucketMove, isFreeing } from './bucket-moves.ts';

const buckets = Object.values(StockBucket);

/** What a move does to each bucket, and the types of its lines, written out. */
const moves: Record<string, string> = {
  'ON_HAND>QUARANTINE': 'QUARANTINE QUARANTINE+',
  'ON_HAND>HOLD': 'HOLD HOLD+',
  'ON_HAND>DEFECTIVE': 'DEFECT ON_HAND-, DEFECT DEFECTIVE+',
  'ON_HAND>SAMPLE': 'SAMPLE ON_HAND-, SAMPLE SAMPLE+',
  'QUARANTINE>ON_HAND': 'UNQUARANTINE QUARANTINE-',
  'QUARANTINE>HOLD': 'UNQUARANTINE QUARANTINE-, HOLD HOLD+',
  'QUARANTINE>DEFECTIVE': 'UNQUARANTINE QUARANTINE-, DEFECT ON_HAND-, DEFECT DEFECTIVE+',
  'QUARANTINE>SAMPLE': 'UNQUARANTINE QUARANTINE-, SAMPLE ON_HAND-, SAMPLE SAMPLE+',
  'HOLD>ON_HAND': 'UNHOLD HOLD-',
  'HOLD>QUARANTINE': 'UNHOLD HOLD-, QUARANTINE QUARANTINE+',
  'HOLD>DEFECTIVE': 'UNHOLD HOLD-, DEFECT ON_HAND-, DEFECT DEFECTIVE+',
  'HOLD>SAMPLE': 'UNHOLD HOLD-, SAMPLE ON_HAND-, SAMPLE SAMPLE+',
  'DEFECTIVE>ON_HAND': 'DEFECT DEFECTIVE-, DEFECT ON_HAND+',
  'DEFECTIVE>QUARANTINE': 'DEFECT DEFECTIVE-, DEFECT ON_HAND+, QUARANTINE QUARANTINE+',
  'DEFECTIVE>HOLD': 'DEFECT DEFECTIVE-, DEFECT ON_HAND+, HOLD HOLD+',
  'DEFECTIVE>SAMPLE': 'DEFECT DEFECTIVE-, DEFECT ON_HAND+, SAMPLE ON_HAND-, SAMPLE SAMPLE+',
  'SAMPLE>ON_HAND': 'SAMPLE SAMPLE-, SAMPLE ON_HAND+',
  'SAMPLE>QUARANTINE': 'SAMPLE SAMPLE-, SAMPLE ON_HAND+, QUARANTINE QUARANTINE+',
  'SAMPLE>HOLD': 'SAMPLE SAMPLE-, SAMPLE ON_HAND+, HOLD HOLD+',
  'SAMPLE>DEFECTIVE': 'SAMPLE SAMPLE-, SAMPLE ON_HAND+, DEFECT ON_HAND-, DEFECT DEFECTIVE+',
};
const freeing = [
  ...['QUARANTINE>ON_HAND', 'QUARANTINE>HOLD', 'HOLD>ON_HAND', 'DEFECTIVE>ON_HAND', 'DEFECTIVE>HOLD'],
  ...['SAMPLE>ON_HAND', 'SAMPLE>HOLD'],
];
const pairs = buckets.flatMap((from) => buckets.map((to) => ({ from, to, pair: `${from}>${to}` })));

describe('moves between buckets', () => {
  it.each(pairs)('$pair', ({ from, to, pair }) => {
    const lines = bucketMove(from, to);
    const written = lines?.map(({ type, bucket, sign }) => `${type} ${bucket}${sign > 0 ? '+' : '-'}`).join(', ');
    expect(written).toBe(moves[pair]);
  });

  it.each(pairs.filter(({ pair }) => moves[pair] !== undefined))(
    '$pair frees units or does not',
    ({ from, to, pair }) => {
      expect(isFreeing(from, to)).toBe(freeing.includes(pair));
    },
  );

  it('has 36 pairs, 20 of them moves', () => {
    expect(pairs).toHaveLength(36);
    expect(Object.keys(moves)).toHaveLength(20);
  });
});
