import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../api/graphql.ts';
import { day } from '../format/dates.ts';

const PatientSearch = graphql(`
  query PatientSearch($search: String) {
    patients(search: $search, first: 12) {
      nodes {
        id
        firstName
        lastName
        birthDate
      }
    }
  }
`);

export interface PatientSelectProps {
  readonly label?: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly error?: string | null;
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

/** Found by the beginnings of first and last name; every read of a patient is on record, so nothing is asked before that. */
export function PatientSelect({ label = 'Patient', value, onChange, ...rest }: PatientSelectProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const [{ data, fetching }] = useQuery({
    query: PatientSearch,
    variables: { search },
    pause: search.length < 2,
    requestPolicy: 'cache-first',
  });
  const found = (data?.patients.nodes ?? []).map(({ id, firstName, lastName, birthDate }) => ({
    value: id,
    label: `${lastName ?? ''}, ${firstName ?? ''}${birthDate === null ? '' : ` · ${day(birthDate)}`}`,
  }));
  return (
    <Select
      label={label}
      placeholder="Begin to type a name"
      searchable
      clearable
      data={found}
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      onChange={onChange}
      nothingFoundMessage={search.length < 2 ? 'Two letters at least' : fetching ? 'Looking…' : 'Nobody of that name'}
      {...rest}
    />
  );
}
