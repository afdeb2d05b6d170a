import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { canBeGuessed, secretFindings } from './doctor-secrets.ts';

const one = '9f2c81d47be05a36c4e19d7028fb6a53';
const other = 'Vq3zT8_hW-x1mN5rJk7pYb2LsD9fGc4A';

test.each([
  { secret: one, isWeak: false },
  { secret: other, isWeak: false },
  { secret: 'x'.repeat(64), isWeak: true },
  { secret: '0123456'.repeat(6), isWeak: true },
  { secret: 'my-very-secret-and-quite-long-text!', isWeak: true },
  { secret: 'lotkeeper-2026-9f2c81d47be05a36c4e1', isWeak: true },
])('$secret', ({ secret, isWeak }) => {
  expect(canBeGuessed(secret)).toBe(isWeak);
});

const found = (env: Readonly<Record<string, string>>) =>
  secretFindings(readConfig(env)).map(({ health, found: words }) => `${health} ${words}`);

test('good ones are well, and none is shown', () => {
  const DATABASE_URL = 'postgresql://a:b@db/lotkeeper';
  expect(found({ DATABASE_URL, JWT_SECRET: one, PATIENT_KEY: other })).toEqual([
    'OK of sufficient length and variety, each used once',
  ]);
  expect(found({})).toHaveLength(1);
  expect(found({ JWT_SECRET: one, PATIENT_KEY: one })).toEqual(['WARN JWT_SECRET and PATIENT_KEY are the same']);
  expect(found({ WEBHOOK_SECRET: 'x'.repeat(32) })).toEqual(['WARN WEBHOOK_SECRET looks as if it could be guessed']);
  expect(found({ DATABASE_URL, JWT_SECRET: one })).toEqual([
    'WARN PATIENT_KEY not set: another machine on this database would have its own',
  ]);
});
