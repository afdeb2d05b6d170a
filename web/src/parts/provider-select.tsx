import { Select } from '@mantine/core';
import { useQuery } from 'urql';
import { graphql } from '../api/graphql.ts';

const Providers = graphql(`
  query Providers($locationId: ID!) {
    providers(locationId: $locationId) {
      id
      displayName
    }
  }
`);

export interface ProviderSelectProps {
  readonly locationId: string;
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  readonly error?: string | null;
}

/** Who treats at the location. */
export function ProviderSelect({ locationId, value, onChange, error = null }: ProviderSelectProps) {
  const [{ data }] = useQuery({ query: Providers, variables: { locationId } });
  return (
    <Select
      label="Provider"
      description="Who treats the patient."
      required
      searchable
      error={error}
      data={(data?.providers ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }))}
      nothingFoundMessage="No provider works here."
      value={value}
      onChange={onChange}
    />
  );
}
