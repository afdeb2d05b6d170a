/**
 * Issues a recall of a product's lots by their numbers, or of all its lots: see raise-recall.ts for what it does. What
 * comes in later under one of the numbers, or of the product where none is named, is recalled too.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND (no product with these codes).
 * Locks: key, the recall's side of the intakes' lock, lots, batches, reservations, alerts.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import type { RecallClass } from '../../schema/enums.ts';
import { normaliseGtin } from '../catalogue/gs1.ts';
import { normaliseNdc } from '../catalogue/ndc.ts';
import { checkKey, claim, gate, type Claim, type Claimed, type Result } from '../claim.ts';
import { lotNumber } from '../stock/lot-number.ts';
import { optionalText, text } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { raiseRecall } from './raise-recall.ts';
import { againstIntakes } from './recall-locks.ts';

export interface IssueRecall {
  readonly idempotencyKey: string;
  readonly reference: string;
  readonly recallClass: RecallClass;
  readonly reason: string;
  readonly source?: string | null;
  readonly productId?: string | null;
  readonly ndc?: string | null;
  readonly gtin?: string | null;
  readonly lotNumbers?: readonly string[] | null;
}

const mostNumbers = 1_000;

export async function issueRecall(tx: Tx, input: IssueRecall): Promise<Result> {
  checkKey(input.idempotencyKey);
  const id = uuid();
  const told = {
    id,
    reference: text(input.reference, 'reference', { max: 100 }),
    recallClass: input.recallClass,
    reason: text(input.reason, 'reason', { max: 2_000 }),
    source: optionalText(input.source, 'source', 255) ?? 'issued by hand',
    lotNumbers: numbersOf(input.lotNumbers ?? []),
  };
  const codes = codesOf(input);
  const result = { recall: [id] };
  const claimed = await claimProduct(tx, { mutation: 'issueRecall', key: input.idempotencyKey, input, result }, codes);
  if (claimed.replay !== null) return claimed.replay;
  const [product] = claimed.rows;
  if (product === undefined) {
    throw new Refusal('NOT_FOUND', 'There is no product with these codes here. Check them, or name the productId.', {
      what: 'product',
      ...codes,
    });
  }
  await raiseRecall(tx, { ...told, productId: product.id }, { action: 'issueRecall' });
  return result;
}

function numbersOf(numbers: readonly string[]): string[] {
  if (numbers.length > mostNumbers) {
    throw new Refusal('BAD_USER_INPUT', `lotNumbers may be ${mostNumbers} at most.`, { field: 'lotNumbers' });
  }
  return [...new Set(numbers.map((number) => lotNumber(number, 'lotNumbers')))];
}

interface Codes {
  readonly productId: string | null;
  readonly ndc: string | null;
  readonly gtin: string | null;
}

function codesOf(input: IssueRecall): Codes {
  const codes = {
    productId: optionalUuid(input.productId, 'productId'),
    ndc: input.ndc == null ? null : normaliseNdc(input.ndc),
    gtin: input.gtin == null ? null : normaliseGtin(input.gtin, 'gtin'),
  };
  if (Object.values(codes).some((code) => code !== null)) return codes;
  throw new Refusal('BAD_USER_INPUT', 'Name the product: productId, ndc or gtin.', { field: 'productId' });
}

/** Several codes must be those of one product. */
async function claimProduct(tx: Tx, said: Claim, codes: Codes): Promise<Claimed<{ readonly id: string }>> {
  return claim(tx, said, {
    locked: `SELECT p.id, ${againstIntakes} FROM catalogue.product p WHERE ${gate}
      AND ($8::uuid IS NULL OR p.id = $8) AND ($9::text IS NULL OR p.ndc = $9) AND ($10::text IS NULL OR p.gtin = $10)`,
    columns: 'l.id',
    values: [codes.productId, codes.ndc, codes.gtin],
  });
}
