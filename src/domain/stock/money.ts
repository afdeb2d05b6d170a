/** What a batch cost and what it may bring, exactly; one rounding, half up to 4 decimals, at the end of each figure. */
import { Refusal } from '../../refusal.ts';
import type { CogsMode } from '../../schema/enums.ts';
import { exact, rounded, type Exact } from '../decimal.ts';

export interface Cogs {
  readonly cogsMode: CogsMode;
  readonly unitCogs: string | null;
  readonly unitCogsMin: string | null;
  readonly unitCogsMax: string | null;
}

export interface Terms {
  /** A share, 0 to 1; null counts as none. */
  readonly vatRate: string | null;
  readonly roiPercentage: string | null;
  readonly shelfLifeDays: number | null;
}

export interface BatchMoney {
  readonly purchasePrice: string;
  readonly grossPurchasePrice: string;
  readonly vatAmount: string;
  readonly profitPerShelfDay: string | null;
}

/** FIXED needs unitCogs and nothing else; RANGE needs min < max and nothing else. */
export function checkCogs(cogs: Cogs): void {
  const { cogsMode, unitCogs, unitCogsMin, unitCogsMax } = cogs;
  if (cogsMode === 'FIXED') {
    if (unitCogs === null) throw wrong('unitCogs', 'cogsMode FIXED needs unitCogs.');
    if (unitCogsMin !== null || unitCogsMax !== null) {
      throw wrong('unitCogsMin', 'cogsMode FIXED takes unitCogs only, no unitCogsMin or unitCogsMax.');
    }
  } else {
    if (unitCogs !== null) throw wrong('unitCogs', 'cogsMode RANGE takes unitCogsMin and unitCogsMax, no unitCogs.');
    if (unitCogsMin === null || unitCogsMax === null || !exact(unitCogsMin).lt(unitCogsMax)) {
      throw wrong('unitCogsMin', 'cogsMode RANGE needs unitCogsMin below unitCogsMax.');
    }
  }
  for (const [field, value] of Object.entries({ unitCogs, unitCogsMin, unitCogsMax })) {
    if (value !== null && exact(value).lt(0)) throw wrong(field, `${field} must not be below 0.`);
  }
}

export function checkTerms(terms: Terms): void {
  const { vatRate, roiPercentage, shelfLifeDays } = terms;
  if (vatRate !== null && (exact(vatRate).lt(0) || exact(vatRate).gt(1))) {
    throw wrong('vatRate', 'vatRate is a share from 0 to 1: 0.21 for 21 %.');
  }
  if (roiPercentage !== null && exact(roiPercentage).abs().gte(100_000)) {
    throw wrong('roiPercentage', 'roiPercentage must lie between -100000 and 100000.');
  }
  if (shelfLifeDays !== null && (shelfLifeDays < 1 || shelfLifeDays > 36_500)) {
    throw wrong('shelfLifeDays', 'shelfLifeDays must lie between 1 and 36500.');
  }
}

/** The unit cost as told, or the mean of both ends. Not rounded. */
function unitCost(cogs: Cogs): Exact {
  if (cogs.cogsMode === 'FIXED') return exact(cogs.unitCogs ?? '0');
  return exact(cogs.unitCogsMin ?? '0')
    .plus(cogs.unitCogsMax ?? '0')
    .div(2);
}

export function batchMoney(cogs: Cogs, terms: Terms, quantity: string): BatchMoney {
  const purchase = unitCost(cogs).times(quantity);
  const gross = purchase.times(exact(terms.vatRate ?? '0').plus(1));
  const grossPurchasePrice = rounded(gross);
  if (exact(grossPurchasePrice).gte('1e14'))
    throw wrong('quantity', 'Quantity times cost is more than this system can keep.');
  const purchasePrice = rounded(purchase);
  const profitPerShelfDay = profitOf(grossPurchasePrice, terms);
  if (profitPerShelfDay !== null && exact(profitPerShelfDay).abs().gte('1e14')) {
    throw wrong('roiPercentage', 'The profit a day would be more than this system can keep.');
  }
  return {
    purchasePrice,
    grossPurchasePrice,
    vatAmount: exact(grossPurchasePrice).minus(purchasePrice).toString(),
    profitPerShelfDay,
  };
}

function profitOf(grossPurchasePrice: string, { roiPercentage, shelfLifeDays }: Terms): string | null {
  if (roiPercentage === null || shelfLifeDays === null) return null;
  return rounded(exact(grossPurchasePrice).times(roiPercentage).div(100).div(shelfLifeDays));
}

function wrong(field: string, message: string): Refusal {
  return new Refusal('BAD_USER_INPUT', message, { field });
}
