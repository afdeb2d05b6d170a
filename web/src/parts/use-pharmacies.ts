/** Whose dispensings are counted here: the person's locations, and the pharmacies that send theirs from outside. */
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../api/graphql.ts';
import { usePlace } from '../app/place.tsx';

const OutsidePharmacies = graphql(`
  query OutsidePharmacies {
    outsidePharmacies {
      id
      name
      timeZone
    }
  }
`);

export interface Pharmacy {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
}

export interface Pharmacies {
  readonly own: readonly Pharmacy[];
  readonly outside: readonly Pharmacy[];
  readonly all: readonly Pharmacy[];
}

export function usePharmacies(): Pharmacies {
  const { places: own } = usePlace();
  const [{ data }] = useQuery({ query: OutsidePharmacies, requestPolicy: 'cache-first' });
  const outside = data?.outsidePharmacies;
  return useMemo(() => ({ own, outside: outside ?? [], all: [...own, ...(outside ?? [])] }), [own, outside]);
}
