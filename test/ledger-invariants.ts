import { expect } from 'vitest';
import { verifyBooks } from '../src/domain/verify-books.ts';
import type { TestClinic } from './clinic.ts';

/** After every test that moves stock: quantities and ledger are one truth, everywhere. */
export async function expectSoundLedger(clinic: TestClinic): Promise<void> {
  expect(await verifyBooks(clinic.db)).toEqual([]);
}
