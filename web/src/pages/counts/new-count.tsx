import { Autocomplete, Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { graphql } from '../../api/graphql.ts';
import { useSend } from '../../api/use-submit.ts';
import { usePlace } from '../../app/place.tsx';
import { given } from '../../format/checks.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { StartCount } from './count-documents.ts';

const Categories = graphql(`
  query Categories {
    products(first: 200) {
      nodes {
        id
        category
      }
    }
  }
`);

export function NewCount() {
  const navigate = useNavigate();
  const { place, places } = usePlace();
  const [{ data }] = useQuery({ query: Categories, requestPolicy: 'cache-first' });
  const [locationId, setLocationId] = useState(place?.id ?? null);
  const [category, setCategory] = useState('');
  const [zone, setZone] = useState('');
  const [blind, setBlind] = useState(true);
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSend(StartCount);
  const categories = [...new Set(data?.products.nodes.map((product) => product.category))].toSorted();

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (locationId === null) return;
    const done = await submit({ locationId, category: given(category), zone: given(zone), blind });
    if (done !== null) await navigate(`/counts/${done.startCount.count.id}`, { replace: true });
  };

  return (
    <>
      <BackLink to="/counts">Counts</BackLink>
      <PageHeader
        title="Start a count"
        description="It lists every batch that has units now, in the order of the shelves."
      />
      <form
        onSubmit={(event) => void send(event)}
        noValidate
        className="lk-card"
        style={{ padding: 16, maxWidth: 520 }}
      >
        <Stack gap="sm">
          <Select
            label="Location"
            required
            data={places.map(({ id, name }) => ({ value: id, label: name }))}
            value={locationId}
            error={isChecked && locationId === null ? 'Where?' : null}
            onChange={setLocationId}
          />
          <Autocomplete
            label="Category"
            description="Nothing: all of them."
            data={categories}
            value={category}
            onChange={setCategory}
          />
          <TextInput
            label="Zone"
            description="Nothing: all of them."
            value={zone}
            onChange={({ currentTarget }) => {
              setZone(currentTarget.value);
            }}
          />
          <Switch
            label="Blind"
            description="Whoever may count does not see what is expected until it is handed in."
            checked={blind}
            onChange={({ currentTarget }) => {
              setBlind(currentTarget.checked);
            }}
          />
          {refusal !== null && <RefusalNote refusal={refusal} />}
          <Group justify="flex-end">
            <Button type="submit" loading={isSending}>
              Start
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
