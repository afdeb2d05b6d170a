import { Group, Select, TextInput } from '@mantine/core';
import { usePlace } from '../../app/place.tsx';
import { presets, type Range } from './use-range.ts';

const own = 'own';
const named: Readonly<Record<(typeof presets)[number], string>> = {
  '7': 'Last 7 days',
  '30': 'Last 30 days',
  '90': 'Last 90 days',
  '365': 'Last 365 days',
};

/** Whose figures, and of which days. The pharmacy is the location of the header: one choice for all pages. */
export function DispensingFilter({ range }: { readonly range: Range }) {
  const { place, places, choose } = usePlace();
  return (
    <Group gap="xs" mb="md" align="flex-start" role="search">
      {places.length > 1 && (
        <Select
          aria-label="Pharmacy"
          allowDeselect={false}
          data={[{ value: '', label: 'All pharmacies' }, ...places.map(({ id, name }) => ({ value: id, label: name }))]}
          value={place?.id ?? ''}
          onChange={(id) => {
            choose(id === '' ? null : id);
          }}
          w={{ base: '100%', xs: 260 }}
        />
      )}
      <Select
        aria-label="Days"
        allowDeselect={false}
        data={[...presets.map((value) => ({ value, label: named[value] })), { value: own, label: 'Other days' }]}
        value={range.preset ?? own}
        onChange={(value) => {
          if (value === own) range.show({ from: range.from, to: range.to });
          else if (value !== null) range.showLast(value);
        }}
        w={{ base: '100%', xs: 180 }}
      />
      {range.preset === null && (
        <>
          <TextInput
            type="date"
            aria-label="First day"
            value={range.from}
            error={range.fault}
            onChange={({ currentTarget }) => {
              range.show({ from: currentTarget.value, to: range.to });
            }}
          />
          <TextInput
            type="date"
            aria-label="Last day"
            value={range.to}
            onChange={({ currentTarget }) => {
              range.show({ from: range.from, to: currentTarget.value });
            }}
          />
        </>
      )}
    </Group>
  );
}
