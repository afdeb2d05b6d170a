/** What the organisation has set, for whoever may read it: the currency above all. */
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../api/graphql.ts';
import { money, roundMoney } from '../format/decimal.ts';
import { everyday, hasOneOf } from './access.ts';
import { usePerson } from './session.ts';

const SettingsQuery = graphql(`
  query Settings {
    settings {
      currency
      expiryHorizonDays
      policyVialSharing
      countToleranceShare
    }
  }
`);

export interface Money {
  readonly currency: string;
  /** "$1,234.50"; a dash where it is not known. */
  readonly exact: (text: string | null) => string;
  /** "$1,235" */
  readonly round: (text: string | null) => string;
}

const SettingsContext = createContext<Money | null>(null);

export function SettingsProvider({ children }: { readonly children: ReactNode }) {
  const { roles } = usePerson();
  const [{ data }] = useQuery({
    query: SettingsQuery,
    pause: !hasOneOf(roles, everyday),
    requestPolicy: 'cache-first',
  });
  const currency = data?.settings.currency ?? 'USD';
  const value = useMemo<Money>(
    () => ({
      currency,
      exact: (text) => (text === null ? '–' : money(text, currency)),
      round: (text) => (text === null ? '–' : roundMoney(text, currency)),
    }),
    [currency],
  );
  return <SettingsContext value={value}>{children}</SettingsContext>;
}

export function useMoney(): Money {
  const value = useContext(SettingsContext);
  if (value === null) throw new Error('No settings here');
  return value;
}
