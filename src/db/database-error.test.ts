import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { expect, test } from 'vitest';
import { Refusal } from '../refusal.ts';
import { refusalFor } from './database-error.ts';
import { GateBusy } from './gate.ts';

const withCode = (code: string, message = 'relation "person" at /secret') =>
  Object.assign(new Error(message), { code });

test.each([
  [withCode('55P03'), 'LOCK_TIMEOUT'],
  [withCode('57P01'), 'SERVICE_UNAVAILABLE'],
  [withCode('57P03'), 'SERVICE_UNAVAILABLE'],
  [withCode('08006'), 'SERVICE_UNAVAILABLE'],
  [withCode('57014'), 'SERVICE_UNAVAILABLE'],
  [withCode('25006'), 'SERVICE_UNAVAILABLE'],
  [withCode('25P03'), 'SERVICE_UNAVAILABLE'],
  [withCode('ECONNREFUSED'), 'SERVICE_UNAVAILABLE'],
  [withCode('ECONNRESET'), 'SERVICE_UNAVAILABLE'],
  [new Error('Connection terminated unexpectedly'), 'SERVICE_UNAVAILABLE'],
  [new Error('Connection terminated due to connection timeout'), 'SERVICE_UNAVAILABLE'],
  [new Error('timeout exceeded when trying to connect'), 'SERVER_BUSY'],
  [new QueryRunnerAlreadyReleasedError(), 'SERVICE_UNAVAILABLE'],
  [withCode('53300'), 'SERVER_BUSY'],
  [withCode('40P01'), 'SERVER_BUSY'],
  [withCode('40001'), 'SERVER_BUSY'],
  [new GateBusy(), 'SERVER_BUSY'],
  [new QueryFailedError('select secret', ['row'], withCode('55P03')), 'LOCK_TIMEOUT'],
])('%s is %s and may be tried again', (error, code) => {
  const refusal = refusalFor(error);
  expect(refusal?.code).toBe(code);
  expect(refusal?.context).toEqual({ retryable: true });
  expect(refusal?.message).not.toMatch(/secret|person/);
});

test.each([
  withCode('23505'),
  withCode('42P01'),
  withCode('08'),
  withCode('57'),
  new Error('no'),
  'text',
  null,
  undefined,
])('%s is a fault, not a passing condition', (error) => {
  expect(refusalFor(error)).toBeNull();
});

test('a refusal stays itself', () => {
  const refusal = new Refusal('NOT_FOUND', 'no');
  expect(refusalFor(refusal)).toBe(refusal);
});
