import { Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useSend } from '../../api/use-submit.ts';
import { day } from '../../format/dates.ts';
import { patientName } from '../../format/patient-name.ts';
import { Confirm } from '../../parts/confirm.tsx';
import type { DeedProps } from './duplicate-deeds.tsx';
import { MergePatients, type Side } from './duplicate-documents.ts';

/** One of the two is kept; the other points to it, and nothing is deleted. */
export function MergeForm({ row, onDone, onClose }: DeedProps) {
  const { submit, isSending, refusal } = useSend(MergePatients);
  const [keep, setKeep] = useState(row.left.id);
  const send = async () => {
    const done = await submit({ candidateId: row.id, keep });
    if (done !== null) onDone(done.mergePatients.candidate, 'One record');
  };
  return (
    <Confirm
      title="Make one record of two"
      deed="Merge"
      reason="none"
      isSending={isSending}
      refusal={refusal}
      onConfirm={() => void send()}
      onClose={onClose}
    >
      <Radio.Group label="Which record is kept?" value={keep} onChange={setKeep}>
        <Stack gap="xs" mt="xs" mb="md">
          <Radio value={row.left.id} label={patientName(row.left)} description={told('First record', row.left)} />
          <Radio value={row.right.id} label={patientName(row.right)} description={told('Second record', row.right)} />
        </Stack>
      </Radio.Group>
      The other one points to it from then on, and its history is read with it. Nothing is deleted: it can be taken
      apart again.
    </Confirm>
  );
}

function told(place: string, { birthDate, phone }: Side): string {
  const known = [birthDate === null ? null : `born ${day(birthDate)}`, phone].filter((each) => each !== null);
  return [place, ...known].join(', ');
}
