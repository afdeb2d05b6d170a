/** One of very many: the API searches by what is typed. */
import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import type { TypedDocumentNode } from '@urql/core';
import { useQuery } from 'urql';
import type { Identified } from '../api/paged-list.ts';

export interface SearchSelectProps<Data, Variables extends object, Item extends Identified> {
  readonly label: string;
  readonly placeholder: string;
  readonly description?: ReactNode;
  readonly required?: boolean;
  readonly error?: ReactNode;
  readonly document: TypedDocumentNode<Data, Variables>;
  /** Of what is typed; null where it is nothing. */
  readonly variables: (search: string | null) => Variables;
  readonly pick: (data: Data) => readonly Item[];
  readonly labelOf: (item: Item) => string;
  /** The second line of a choice. */
  readonly detailOf: (item: Item) => string;
  readonly nothingFound: string;
  readonly value: Item | null;
  readonly onChange: (item: Item | null) => void;
}

const waitMs = 200;

export function SearchSelect<Data, Variables extends object, Item extends Identified>(
  props: SearchSelectProps<Data, Variables, Item>,
) {
  const { document, variables, pick, labelOf, detailOf, value, onChange } = props;
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), waitMs);
  const isChosen = value !== null && settled === labelOf(value);
  const [{ data, fetching }] = useQuery({
    query: document,
    variables: variables(settled === '' || isChosen ? null : settled),
    requestPolicy: 'cache-and-network',
  });
  const found = data === undefined ? [] : pick(data);
  const items = value === null || found.some(({ id }) => id === value.id) ? found : [value, ...found];
  return (
    <Select
      label={props.label}
      placeholder={props.placeholder}
      description={props.description}
      required={props.required ?? false}
      error={props.error}
      searchable
      clearable
      data={items.map((item) => ({ value: item.id, label: labelOf(item) }))}
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const item = items.find(({ id }) => id === option.value);
        return (
          <span style={{ minWidth: 0 }}>
            {option.label}
            {item !== undefined && (
              <Text component="span" size="xs" c="dimmed" display="block">
                {detailOf(item)}
              </Text>
            )}
          </span>
        );
      }}
      nothingFoundMessage={fetching ? 'Searching…' : props.nothingFound}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value?.id ?? null}
      onChange={(id) => {
        onChange(items.find((item) => item.id === id) ?? null);
      }}
    />
  );
}
