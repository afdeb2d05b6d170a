import { Button, Group, TextInput, Title } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { refusalOf, type Refusal } from '../../api/refusals.ts';
import { isDecimal } from '../../format/decimal.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { celsius, isOutside, limits } from './celsius.ts';
import { tellDone } from '../../parts/toast.ts';
import { RecordTemperature, type Unit } from './cold-documents.ts';

/** What a thermometer says now. The same unit and instant are one reading, so that it may be sent again. */
export function EnterReading({ unit, onRecorded }: { readonly unit: Unit; readonly onRecorded: () => void }) {
  const { client } = useApi();
  const [typed, setTyped] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const problem = isDecimal(typed) ? null : 'A temperature such as 4.6 or -18.';
  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (problem !== null) return;
    setIsSending(true);
    const readings = [{ storageUnitId: unit.id, celsius: typed, measuredAt: new Date().toISOString() }];
    const { error } = await client.mutation(RecordTemperature, { readings }).toPromise();
    setIsSending(false);
    setRefusal(error === undefined ? null : refusalOf(error));
    if (error !== undefined) return;
    tellDone(`${celsius(typed)} in ${unit.name}`);
    setTyped('');
    setIsChecked(false);
    onRecorded();
  };
  const isOut = problem === null && isOutside(typed, unit);
  return (
    <section aria-label="Enter a reading" className="lk-card" style={{ padding: 16 }}>
      <Title order={2} mb="xs">
        Enter a reading
      </Title>
      <form onSubmit={(event) => void send(event)} noValidate>
        <Group align="flex-start" gap="sm">
          <TextInput
            label="Temperature now"
            rightSection="°C"
            inputMode="text"
            autoComplete="off"
            required
            w={200}
            value={typed}
            error={isChecked ? problem : null}
            description={isOut ? `Out of the limits of ${limits(unit)}.` : `Limits are ${limits(unit)}.`}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            onChange={({ currentTarget }) => {
              setTyped(currentTarget.value.replace(',', '.').replace('−', '-').trim());
            }}
          />
          <Button type="submit" loading={isSending} mt={24}>
            Record
          </Button>
        </Group>
        {refusal !== null && <RefusalNote refusal={refusal} />}
      </form>
    </section>
  );
}
