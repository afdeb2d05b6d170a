import { expect, it } from 'vitest';
import { requireSendable } from './sendable.ts';

it.each([
  ['a text', 'x'],
  ['a number', 1.5],
  ['a large number', 2n ** 60n],
  ['a truth', true],
  ['nothing', null],
  ['nothing told', undefined],
  ['a time', new Date()],
  ['bytes', Buffer.from('x')],
  ['a list of lists', [['x', null], [new Date()]]],
])('%s is sent', (_, value) => {
  expect(() => {
    requireSendable([value]);
  }).not.toThrow();
});

const circular: Record<string, unknown> = {};
circular['itself'] = circular;

it.each([
  ['an object that holds itself', circular],
  ['an object that cannot be written', { toPostgres: () => null }],
  ['a function', () => null],
  ['a symbol', Symbol('x')],
  ['any of them in a list', ['x', [circular]]],
])('%s is not', (_, value) => {
  expect(() => {
    requireSendable([value]);
  }).toThrow('may not be sent');
});
