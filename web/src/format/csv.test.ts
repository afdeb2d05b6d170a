import { expect, test } from 'vitest';
import { csvRecord } from './csv.ts';

test('a record of CSV holds commas, quotes and line breaks, figures as they are, and no formula', () => {
  expect(csvRecord(['a,b', 'say "x"', 'two\nlines', '-12.5', null, '=1+1', '-cmd', '@x', 3])).toBe(
    `"a,b","say ""x""","two\nlines",-12.5,,'=1+1,'-cmd,'@x,3\r\n`,
  );
});
