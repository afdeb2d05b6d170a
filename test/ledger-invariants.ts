import { expect } from 'vitest';
import { verifyLedger } from '../src/domain/stock/verify-ledger.ts';
import type { TestClinic } from './clinic.ts';

/** After every test that moves stock: quantities and ledger are one truth, everywhere. */
export async function expectSoundLedger(clinic: TestClinic): Promise<void> {
  expect(await verifyLedger(clinic.db)).toEqual([]);
}
