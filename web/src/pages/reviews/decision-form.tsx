import { Button, Radio, Stack, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useSend } from '../../api/use-submit.ts';
import { needed } from '../../format/checks.ts';
import { words } from '../../format/words.ts';
import type { ReviewDecision } from '../../generated/graphql.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { tellDone } from '../../parts/toast.ts';
import { useReviewList } from './review-context.ts';
import { ReviewHighRiskAlert } from './review-documents.ts';

const decisions: readonly (readonly [ReviewDecision, string])[] = [
  ['CLEARED', 'It was right as it was.'],
  ['INTERVENED', 'Something was changed: a call, another dose, another medicine.'],
  ['ESCALATED', 'Somebody else has to decide.'],
];

/** A decision is made once and kept with its notes and its author. */
export function DecisionForm({ alertId }: { readonly alertId: string }) {
  const list = useReviewList();
  const { submit, isSending, refusal } = useSend(ReviewHighRiskAlert);
  const [decision, setDecision] = useState<ReviewDecision | null>(null);
  const [notes, setNotes] = useState('');
  const [isAsked, setIsAsked] = useState(false);

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsAsked(true);
    if (decision === null || needed(notes) !== null) return;
    const done = await submit({ alertId, decision, notes: notes.trim() });
    if (done === null) return;
    list.patch(done.reviewHighRiskAlert.alert);
    tellDone(words(decision), 'The review is on record.');
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <Stack gap="md">
        <Radio.Group
          label="Decision"
          required
          value={decision}
          error={isAsked && decision === null ? 'Choose one.' : null}
          onChange={(value) => {
            setDecision(decisions.find(([each]) => each === value)?.[0] ?? null);
          }}
        >
          <Stack gap="xs" mt="xs">
            {decisions.map(([value, description]) => (
              <Radio key={value} value={value} label={words(value)} description={description} />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          label="Notes"
          description="What you looked at and why you decide so. No names of patients."
          required
          autosize
          minRows={3}
          maxLength={2_000}
          value={notes}
          error={isAsked ? needed(notes) : null}
          onChange={({ currentTarget }) => {
            setNotes(currentTarget.value);
          }}
        />
        {refusal !== null && <RefusalNote refusal={refusal} />}
        <Button type="submit" loading={isSending} style={{ alignSelf: 'flex-start' }}>
          Record the review
        </Button>
      </Stack>
    </form>
  );
}
