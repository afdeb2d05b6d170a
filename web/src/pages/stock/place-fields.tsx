import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { useQuery } from 'urql';
import { IntakeChoices } from './intake-documents.ts';
import type { PlaceValues } from './place-values.ts';

export interface PlaceFieldsProps {
  readonly locationId: string;
  readonly field: (name: keyof PlaceValues) => GetInputPropsReturnType;
}

export interface StorageUnitFieldProps extends PlaceFieldsProps {
  /** Where one begins to type. */
  readonly isFirst?: boolean;
}

export function StorageUnitField({ locationId, field, isFirst = false }: StorageUnitFieldProps) {
  const [{ data }] = useQuery({ query: IntakeChoices, requestPolicy: 'cache-first' });
  const units = data?.locations.find(({ id }) => id === locationId)?.storageUnits ?? [];
  return (
    <NativeSelect
      label="Storage unit"
      data-autofocus={isFirst}
      data={[{ value: '', label: 'None' }, ...units.map(({ id, name }) => ({ value: id, label: name }))]}
      {...field('storageUnitId')}
    />
  );
}

export function ShelfFields({ field }: Pick<PlaceFieldsProps, 'field'>) {
  return (
    <SimpleGrid cols={4} spacing="xs">
      <TextInput label="Zone" {...field('zone')} />
      <TextInput label="Rack" {...field('rack')} />
      <TextInput label="Shelf" {...field('shelf')} />
      <TextInput label="Bin" {...field('bin')} />
    </SimpleGrid>
  );
}
