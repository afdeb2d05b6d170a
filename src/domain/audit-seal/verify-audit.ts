/**
 * Holds every sealed row against its seal, the seals against their blocks, the blocks against each other and against
 * exported heads, and looks for rows without a seal. Reads only, in pages; sealing may go on meanwhile. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import type { AuditHead } from './audit-head.ts';
import { ChainCheck } from './chain-check.ts';
import { wasPassedOver, type LateRows } from './dating.ts';
import type { AuditFault } from './faults.ts';
import { readBlocks, readEnd, readSeals, readUnsealed, type ChainEnd } from './read-chain.ts';

export interface AuditReport {
  readonly blocks: number;
  readonly rows: number;
  /** The first thousand. */
  readonly faults: readonly AuditFault[];
  readonly faultCount: number;
  /** No faults, but not proved either: nobody sealed between both times. */
  readonly late: readonly LateRows[];
}

export async function verifyAudit(db: DataSource, heads: readonly AuditHead[] = []): Promise<AuditReport> {
  const check = new ChainCheck(heads);
  const end = await readEnd(db);
  await checkChain(db, check, end);
  check.finish();
  await findUnsealed(db, check, end);
  const { blocks, rows, faults, late } = check;
  return { blocks, rows, faults: faults.named, faultCount: faults.count, late: late.standstills };
}

async function checkChain(db: DataSource, check: ChainCheck, end: ChainEnd): Promise<void> {
  const seals = readSeals(db, end.lastSeq);
  let next = await seals.next();
  for await (const block of readBlocks(db, end.lastBlock)) {
    const blockCheck = check.begin(block);
    for (; next.done !== true && next.value.seq <= block.lastSeq; next = await seals.next())
      blockCheck.seal(next.value);
    blockCheck.end();
  }
  const { strayFrom, strayTo } = end;
  if (strayFrom === null) return;
  const stray = strayFrom === strayTo ? `Number ${strayFrom} has` : `Numbers ${strayFrom} to ${strayTo ?? ''} have`;
  check.faults.add(
    'inserted',
    { seq: strayFrom },
    `${stray} a seal, but belong to no block: added by hand, or their blocks are gone.`,
  );
}

async function findUnsealed(db: DataSource, { faults, completeAt }: ChainCheck, end: ChainEnd): Promise<void> {
  const waiting = { rows: 0, from: '', to: '' };
  for await (const { id, occurredAt } of readUnsealed(db, end.due)) {
    if (wasPassedOver(occurredAt, completeAt)) {
      const message = `Row ${id} tells ${occurredAt}Z, but was not there when all rows were sealed at ${completeAt ?? ''}Z.`;
      faults.add('unsealed', { entryId: id }, message);
    } else {
      waiting.rows += 1;
      waiting.from ||= occurredAt;
      waiting.to = occurredAt;
    }
  }
  if (waiting.rows === 0) return;
  const last = completeAt === null ? 'Nothing was ever sealed' : `The last seal is of ${completeAt}Z`;
  const message = `Rows without a seal: ${waiting.rows}, recorded from ${waiting.from}Z to ${waiting.to}Z. ${last}: see that lotkeeper worker runs.`;
  faults.add('unsealed', {}, message);
}
