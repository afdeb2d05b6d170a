import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import type { Claimed } from '../domain/deliveries/claim-deliveries.ts';
import { sendDue, type Sending } from './send-due.ts';

let clinic: TestClinic;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

const claimed = (): Claimed => ({
  ...{ id: randomUUID(), kind: 'WEBHOOK', target: 'https://a.example/', attempts: 1, digestOn: null, holds: true },
});

const run = (claim: Sending['claim'], send: Sending['send']) =>
  sendDue({ db: clinic.db, atOnce: 5, stopping: new AbortController().signal, claim, send });

test('what becomes due by the end of the last one is found, though a claim of meanwhile did not see it', async () => {
  const [first, second] = [claimed(), claimed()];
  const sent: string[] = [];
  let hasSettled: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (hasSettled = resolve));
  const claims: (() => Promise<Claimed[]>)[] = [
    async () => [first],
    // Asked before the first has ended, answered when it is settled.
    async () => {
      await settled;
      await new Promise((resolve) => setImmediate(resolve));
      return [];
    },
    async () => [second],
  ];
  // A settlement is over when its connection is given back.
  const open = clinic.db.createQueryRunner.bind(clinic.db);
  const opened = vi.spyOn(clinic.db, 'createQueryRunner').mockImplementation((mode) => {
    const runner = open(mode);
    const release = runner.release.bind(runner);
    runner.release = () => release().finally(hasSettled);
    return runner;
  });
  const tally = await run(
    async () => (await claims.shift()?.()) ?? [],
    async ({ id }) => {
      sent.push(id);
      return null;
    },
  );
  opened.mockRestore();
  expect(sent).toEqual([first.id, second.id]);
  expect(tally).toEqual({ sent: 2, failed: 0, dead: 0 });
});

test('a fault of ours ends the run when all that is under way has ended', async () => {
  const both = [claimed(), claimed()];
  const sent: string[] = [];
  const failing = run(
    async () => both.splice(0),
    async ({ id }) => {
      sent.push(id);
      if (sent.length === 1) throw new Error('the database is away');
      return null;
    },
  );
  await expect(failing).rejects.toThrow('the database is away');
  expect(sent).toHaveLength(2);
});
