import { Button, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { useSend } from '../../api/use-submit.ts';
import { usePlace } from '../../app/place.tsx';
import { needed } from '../../format/checks.ts';
import { compare, isDecimal } from '../../format/decimal.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SaveStorageUnit, type Unit } from './cold-documents.ts';

export function NewUnit() {
  const navigate = useNavigate();
  return (
    <>
      <BackLink to="/cold-chain">Cold chain</BackLink>
      <PageHeader title="Add a storage unit" description="A refrigerator or freezer with limits of its own." />
      <UnitForm unit={null} onSaved={(id) => void navigate(`/cold-chain/${id}`, { replace: true })} />
    </>
  );
}

export interface UnitFormProps {
  /** Null: a new one. */
  readonly unit: Unit | null;
  readonly onSaved: (id: string) => void;
}

const temperature = (text: string): string | null => (isDecimal(text) ? null : 'A temperature such as 2 or -25.');

function typedOf(unit: Unit | null) {
  if (unit === null) return { name: '', min: '2', max: '8', grace: '5' };
  return { name: unit.name, min: unit.minCelsius, max: unit.maxCelsius, grace: String(unit.graceMinutes) };
}

function problemsOf({ name, min, max, grace }: ReturnType<typeof typedOf>) {
  const isOrdered = !isDecimal(min) || !isDecimal(max) || compare(min, max) < 0;
  return {
    name: needed(name),
    min: temperature(min),
    max: temperature(max) ?? (isOrdered ? null : 'Above the lower limit.'),
    grace: /^\d{1,5}$/.test(grace) ? null : 'Whole minutes.',
  };
}

export function UnitForm({ unit, onSaved }: UnitFormProps) {
  const { place, places } = usePlace();
  const [locationId, setLocationId] = useState(unit?.location.id ?? place?.id ?? null);
  const [typed, setTyped] = useState(() => typedOf(unit));
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSend(SaveStorageUnit);
  const problems = problemsOf(typed);
  const field = (name: keyof typeof typed) => ({
    value: typed[name],
    error: isChecked ? problems[name] : null,
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => {
      setTyped((before) => ({ ...before, [name]: name === 'name' ? value : value.replace(',', '.').trim() }));
    },
  });
  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (locationId === null || Object.values(problems).some((problem) => problem !== null)) return;
    const done = await submit({
      id: unit?.id ?? null,
      locationId,
      name: typed.name.trim(),
      minCelsius: typed.min,
      maxCelsius: typed.max,
      graceMinutes: Number(typed.grace),
    });
    if (done !== null) onSaved(done.saveStorageUnit.storageUnit.id);
  };
  return (
    <form onSubmit={(event) => void send(event)} noValidate className="lk-card" style={{ padding: 16, maxWidth: 560 }}>
      <Stack gap="sm">
        {unit === null && (
          <Select
            label="Location"
            required
            data={places.map(({ id, name }) => ({ value: id, label: name }))}
            value={locationId}
            error={isChecked && locationId === null ? 'Where?' : null}
            onChange={setLocationId}
          />
        )}
        <TextInput label="Name" required {...field('name')} />
        <SimpleGrid cols={3} spacing="sm">
          <TextInput label="From" rightSection="°C" required {...field('min')} />
          <TextInput label="To" rightSection="°C" required {...field('max')} />
          <TextInput label="Grace" rightSection="min" inputMode="numeric" required {...field('grace')} />
        </SimpleGrid>
        {refusal !== null && <RefusalNote refusal={refusal} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isSending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
