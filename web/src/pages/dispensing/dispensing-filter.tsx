import { Group, Select, TextInput } from '@mantine/core';
import { usePlace } from '../../app/place.tsx';
import { useAddress } from '../../parts/use-address.ts';
import type { Pharmacies, Pharmacy } from '../../parts/use-pharmacies.ts';
import { presets, type Range } from './use-range.ts';

const ownDays = 'own';
const named: Readonly<Record<(typeof presets)[number], string>> = {
  '7': 'Last 7 days',
  '30': 'Last 30 days',
  '90': 'Last 90 days',
  '365': 'Last 365 days',
};

const options = (pharmacies: readonly Pharmacy[]) => pharmacies.map(({ id, name }) => ({ value: id, label: name }));

export interface DispensingFilterProps {
  readonly range: Range;
  readonly pharmacies: Pharmacies;
  /** An outside pharmacy; it stands in the address. */
  readonly chosen: Pharmacy | null;
}

/** Whose figures, and of which days. One of ours is the location of the header: one choice for all pages. */
export function DispensingFilter({ range, pharmacies: { own, outside, all }, chosen }: DispensingFilterProps) {
  const address = useAddress();
  const { place, choose } = usePlace();
  return (
    <Group gap="xs" mb="md" align="flex-start" role="search">
      {all.length > 1 && (
        <Select
          aria-label="Pharmacy"
          allowDeselect={false}
          data={[
            { value: '', label: 'All pharmacies' },
            ...options(own),
            ...(outside.length === 0 ? [] : [{ group: 'Outside pharmacies', items: options(outside) }]),
          ]}
          value={chosen?.id ?? place?.id ?? ''}
          onChange={(id) => {
            const isOutside = outside.some((each) => each.id === id);
            address.set({ pharmacy: isOutside ? id : null });
            choose(isOutside || id === '' ? null : id);
          }}
          w={{ base: '100%', xs: 260 }}
        />
      )}
      <Select
        aria-label="Days"
        allowDeselect={false}
        data={[...presets.map((value) => ({ value, label: named[value] })), { value: ownDays, label: 'Other days' }]}
        value={range.preset ?? ownDays}
        onChange={(value) => {
          if (value === ownDays) range.show({ from: range.from, to: range.to });
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
