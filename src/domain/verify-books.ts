/** All that must hold of all rows: what `lotkeeper db verify` and its nightly job prove. Reads only. */
import type { DataSource } from 'typeorm';
import { receivedChecks } from './analytics/verify-received.ts';
import { riskChecks } from './analytics/verify-risk.ts';
import { coldChainChecks } from './cold-chain/verify-cold-chain.ts';
import { countChecks } from './counts/verify-counts.ts';
import { dispenseChecks } from './dispensing/verify-dispenses.ts';
import { runChecks, type Check, type Fault } from './run-checks.ts';
import { recallChecks } from './recalls/verify-recalls.ts';
import { ledgerChecks } from './stock/verify-ledger.ts';
import { transferChecks } from './transfers/verify-transfers.ts';
import { vialChecks } from './vials/verify-vials.ts';

export const allChecks: readonly Check[] = [
  ...ledgerChecks,
  ...dispenseChecks,
  ...riskChecks,
  ...receivedChecks,
  ...vialChecks,
  ...transferChecks,
  ...countChecks,
  ...recallChecks,
  ...coldChainChecks,
];

export async function verifyBooks(db: DataSource): Promise<readonly Fault[]> {
  return (await runChecks(db, allChecks)).faults;
}
