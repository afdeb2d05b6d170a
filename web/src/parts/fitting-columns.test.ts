import { expect, test } from 'vitest';
import { fittingColumns } from './fitting-columns.ts';

const columns = [
  { id: 'product', width: 'minmax(200px, 2fr)' },
  { id: 'left', width: '100px' },
  { id: 'cost', width: '100px', from: 500 },
  { id: 'place', width: 'minmax(100px, 1fr)', from: 400 },
  { id: 'note', width: '1fr', from: 600 },
];

test.each([
  [1_000, ['product', 'left', 'cost', 'place', 'note']],
  [599, ['product', 'left', 'cost', 'place']],
  [589, ['product', 'left', 'place']],
  [474, ['product', 'left', 'place']],
  [473, ['product', 'left']],
  [358, ['product', 'left']],
  [357, undefined],
] as const)('in %i pixels: %o', (width, ids) => {
  expect(fittingColumns(columns, width)?.map(({ id }) => id)).toEqual(ids);
});
