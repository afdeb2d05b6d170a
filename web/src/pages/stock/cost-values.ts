/** What a batch costs, as a form holds it: of a delivery, of a correction. */
import { optional, zeroOrMore } from '../../format/checks.ts';
import { times } from '../../format/decimal.ts';
import type { CogsMode, PaymentTerms } from '../../generated/graphql.ts';

export interface CostValues {
  readonly cogsMode: CogsMode;
  readonly unitCogs: string;
  readonly unitCogsMin: string;
  readonly unitCogsMax: string;
  readonly paymentTerms: PaymentTerms;
  readonly vatPercent: string;
}

export interface CostOfBatch {
  readonly cogsMode: CogsMode;
  readonly unitCogs: string | null;
  readonly unitCogsMin: string | null;
  readonly unitCogsMax: string | null;
  readonly paymentTerms: PaymentTerms | null;
  readonly vatRate: string | null;
}

export const paymentTerms: readonly PaymentTerms[] = ['COD', 'NET_7', 'NET_15', 'NET_30', 'CONSIGNMENT', 'PARTIAL'];

export const noCost: CostValues = {
  cogsMode: 'FIXED',
  unitCogs: '',
  unitCogsMin: '',
  unitCogsMax: '',
  paymentTerms: 'NET_30',
  vatPercent: '',
};

export function costOf(stock: CostOfBatch): CostValues {
  return {
    cogsMode: stock.cogsMode,
    unitCogs: stock.unitCogs ?? '',
    unitCogsMin: stock.unitCogsMin ?? '',
    unitCogsMax: stock.unitCogsMax ?? '',
    paymentTerms: stock.paymentTerms ?? noCost.paymentTerms,
    vatPercent: stock.vatRate === null ? '' : times(stock.vatRate, '100'),
  };
}

const when = (isAsked: boolean, value: string) => (isAsked ? zeroOrMore(value) : null);

export const costChecks = {
  unitCogs: (value: string, { cogsMode }: CostValues) => when(cogsMode === 'FIXED', value),
  unitCogsMin: (value: string, { cogsMode }: CostValues) => when(cogsMode === 'RANGE', value),
  unitCogsMax: (value: string, { cogsMode }: CostValues) => when(cogsMode === 'RANGE', value),
  vatPercent: optional(zeroOrMore),
};

export function costInput(values: CostValues) {
  const isFixed = values.cogsMode === 'FIXED';
  return {
    cogsMode: values.cogsMode,
    unitCogs: isFixed ? values.unitCogs : null,
    unitCogsMin: isFixed ? null : values.unitCogsMin,
    unitCogsMax: isFixed ? null : values.unitCogsMax,
    paymentTerms: values.paymentTerms,
    vatRate: values.vatPercent === '' ? null : times(values.vatPercent, '0.01'),
  };
}
