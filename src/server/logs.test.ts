import { expect, test } from 'vitest';
import { createLogger, requestIdFrom } from './logs.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  let lines = '';
  write(createLogger('info', { write: (line) => (lines += line) }));
  return lines;
}

test('a caller’s plain request id is taken; anything else gets one of ours', () => {
  expect(requestIdFrom('0191-abc.DEF:7')).toBe('0191-abc.DEF:7');
  for (const strange of [
    undefined,
    '',
    'short',
    'x'.repeat(65),
    'with space here',
    'new\nline-here',
    ['a', 'b'],
    '{"level":50}',
  ]) {
    expect(requestIdFrom(strange)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  }
});

test('secrets are struck out, wherever an object holds them', () => {
  const lines = logged((logger) => {
    logger.info({ authorization: 'hunter2', user: { password: 'hunter2' }, a: { b: { token: 'hunter2' } } }, 'hello');
  });
  expect(JSON.parse(lines)).toMatchObject({ level: 'info', msg: 'hello' });
  expect(lines).not.toContain('hunter2');
});

test('of a database error the code and constraint stay, its row data goes', () => {
  const error = Object.assign(new Error('duplicate key value: (Ada Canary)'), {
    code: '23505',
    severity: 'ERROR',
    detail: 'Key (name)=(Ada Canary) exists',
    constraint: 'patient_name_key',
  });
  const lines = logged((logger) => {
    logger.error({ err: error }, 'failed');
  });
  expect(lines).not.toContain('Canary');
  expect(lines).toContain('patient_name_key');
  expect(lines).toContain('logs.test');
});

test('what an error was caused by is not repeated: its words are not ours', () => {
  const cause = new Error("ENOSPC: no space left on device, copyfile '/old/Canary_Ada/scan.stl'");
  const lines = logged((logger) => {
    logger.error({ err: new Error('A file could not be stored', { cause }) }, 'failed');
  });
  expect(lines).toContain('A file could not be stored');
  expect(lines).not.toContain('Canary');
});
