import { describe, expect, it, test } from 'vitest';
import { decodeCursor, encodeCursor, pageSize, pageStatement, type KeyOrder } from './keyset.ts';
import { Values } from './values.ts';

const order: KeyOrder = {
  name: 'things',
  direction: 'ASC',
  keys: [
    { sql: `coalesce(t.day, 'infinity')`, type: 'date' },
    { sql: 't.at', type: 'timestamptz' },
    { sql: 't.amount', type: 'numeric' },
    { sql: 't.id', type: 'uuid' },
  ],
};
const id = '0190a0b0-0000-7000-8000-000000000001';
const key = ['infinity', '2026-02-28 23:59:59.123456+00', '-12.5', id];

test('a cursor carries the key back as the text it was, microseconds included', () => {
  expect(decodeCursor(order, encodeCursor(order, key))).toEqual(key);
});

describe('a cursor is refused', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const with_ = (index: number, text: unknown) =>
    encode(['things', ...key.map((each, i) => (i === index ? text : each))]);
  it.each([
    ['that is empty', ''],
    ['that is no base64', '§§§'],
    ['that is not JSON', Buffer.from('{').toString('base64url')],
    ['that is not a list', encode({ length: 5 })],
    ['of another order', encode(['others', ...key])],
    ['with a key too few', encode(['things', ...key.slice(1)])],
    ['with a key too many', encode(['things', ...key, id])],
    ['with a number for a text', with_(2, 12.5)],
    ['with a null', with_(0, null)],
    ['with a day that does not exist', with_(0, '2026-02-29')],
    ['with SQL for a day', with_(0, "2026-01-01'; DROP TABLE stock")],
    ['with an instant of a day that does not exist', with_(1, '2026-02-30 00:00:00+00')],
    ['with an hour of 24', with_(1, '2026-02-28 24:00:00+00')],
    ['without an offset', with_(1, '2026-02-28 00:00:00')],
    ['with NaN', with_(2, 'NaN')],
    ['with an exponent', with_(2, '1e400')],
    ['with an id that is none', with_(3, 'x')],
    ['written otherwise than it is made', `${encodeCursor(order, key)}=`],
    ['that is huge', 'A'.repeat(9_000)],
  ])('%s', (_why, cursor) => {
    expect(() => decodeCursor(order, cursor)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('whose text no database can hold', () => {
    const byName: KeyOrder = { name: 'names', direction: 'ASC', keys: [{ sql: 't.name', type: 'text' }] };
    for (const name of ['a\0b', '\ud800']) {
      expect(() => decodeCursor(byName, encodeCursor(byName, [name]))).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      );
    }
    expect(decodeCursor(byName, encodeCursor(byName, ['Zoë \\ % 👩‍⚕️']))).toEqual(['Zoë \\ % 👩‍⚕️']);
  });
});

test('a page has 1 to 200 rows, 50 unless told', () => {
  expect([pageSize(undefined), pageSize(null), pageSize(1), pageSize(200)]).toEqual([50, 50, 1, 200]);
  for (const first of [0, -1, 201, 1.5, Number.NaN]) {
    expect(() => pageSize(first)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  }
});

test('what a caller sends is never part of a statement', () => {
  const values = new Values();
  const list = { order, columns: 't.id', from: 'thing t', where: [], values };
  const { text } = pageStatement(list, { first: 7, after: encodeCursor(order, key) });
  expect(values.list).toEqual([...key, 8]);
  for (const said of key.slice(1)) expect(text).not.toContain(said);
});
