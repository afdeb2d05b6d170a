import { Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useSend, useSubmit } from '../../api/use-submit.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { AcknowledgeRecall, CloseRecall, type Recall } from './recall-documents.ts';

export interface AcknowledgeProps {
  readonly recall: Recall;
  readonly location: { readonly id: string; readonly name: string };
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function Acknowledge({ recall, location, onDone, onClose }: AcknowledgeProps) {
  const { submit, isSending, refusal } = useSend(AcknowledgeRecall);
  const send = async (note: string) => {
    const done = await submit({ recallId: recall.id, locationId: location.id, note: note === '' ? null : note });
    if (done !== null) onDone();
  };
  return (
    <Confirm
      title={`Acknowledge for ${location.name}`}
      deed="Acknowledge"
      reason="optional"
      reasonLabel="What was done"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(note) => void send(note)}
      onClose={onClose}
    >
      You say that {location.name} knows of it, has looked for the lots wherever they may be, and has set them apart.
    </Confirm>
  );
}

export interface CloseThisRecallProps {
  readonly recall: Recall;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function CloseThisRecall({ recall, onDone, onClose }: CloseThisRecallProps) {
  const [releases, setReleases] = useState(false);
  const { submit, isSending, refusal } = useSubmit(CloseRecall);
  const missing = recall.acknowledgements.filter(({ acknowledgedAt }) => acknowledgedAt === null).length;
  const send = async (resolution: string) => {
    const done = await submit({ recallId: recall.id, resolution, releaseLots: releases });
    if (done !== null) onDone();
  };
  return (
    <Confirm
      title="Close the recall"
      deed={releases ? 'Close it and give the lots free' : 'Close it'}
      isGrave={releases}
      reason="needed"
      reasonLabel="How it ended"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(resolution) => void send(resolution)}
      onClose={onClose}
    >
      {missing > 0 && (
        <Text size="sm" mb="sm" style={{ color: 'var(--lk-warn)' }}>
          {missing} of {recall.acknowledgements.length} locations have not acknowledged it.
        </Text>
      )}
      <Switch
        label="Its lots may be used again"
        description="Otherwise they stay blocked for good, also what is delivered later: waste them or send them back."
        checked={releases}
        onChange={({ currentTarget }) => {
          setReleases(currentTarget.checked);
        }}
      />
    </Confirm>
  );
}
