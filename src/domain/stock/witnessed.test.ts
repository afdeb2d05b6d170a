import { expect, it } from 'vitest';
import { StockBucket, TransactionType } from '../../schema/enums.ts';
import { needsWitness } from './witnessed.ts';

const exempt = ['DISPENSE', 'VIAL_OPENED', 'TRANSFER_OUT'];
const lines = Object.values(TransactionType).flatMap((type) =>
  Object.values(StockBucket).flatMap((bucket) => ['1', '-0.5'].map((change) => ({ type, bucket, change }))),
);

it.each(lines)('$type $bucket $change', (line) => {
  const lowers = line.change === '-0.5' && ['ON_HAND', 'DEFECTIVE', 'SAMPLE'].includes(line.bucket);
  expect(needsWitness('CII', [line])).toBe(lowers && !exempt.includes(line.type));
  expect(needsWitness(null, [line])).toBe(false);
});
