/** A deed that cannot be taken back, or that has to be accounted for, asks once more, with its reason where one is due. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import type { Refusal } from '../api/refusals.ts';
import { RefusalNote } from './refusal-note.tsx';

export interface ConfirmProps {
  readonly title: string;
  /** What will have happened afterwards. */
  readonly children: ReactNode;
  /** On the button: the deed, as a verb. */
  readonly deed: string;
  readonly isGrave?: boolean;
  readonly reason: 'needed' | 'optional' | 'none';
  readonly reasonLabel?: string;
  readonly isSending: boolean;
  readonly refusal: Refusal | null;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

export function Confirm(props: ConfirmProps) {
  const {
    title,
    children,
    deed,
    isGrave = false,
    reasonLabel = 'Reason',
    isSending,
    refusal,
    onConfirm,
    onClose,
  } = props;
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const missing = props.reason === 'needed' && reason.trim() === '';
    setIsMissing(missing);
    if (!missing) onConfirm(reason.trim());
  };

  return (
    <Modal opened title={title} onClose={onClose} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Text size="sm" component="div">
            {children}
          </Text>
          {props.reason !== 'none' && (
            <Textarea
              label={reasonLabel}
              required={props.reason === 'needed'}
              autosize
              minRows={2}
              data-autofocus
              value={reason}
              error={isMissing ? 'This is needed: it is kept with the record.' : null}
              onChange={({ currentTarget }) => {
                setReason(currentTarget.value);
              }}
            />
          )}
          {refusal !== null && <RefusalNote refusal={refusal} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" loading={isSending} {...(isGrave ? { color: 'red.9' } : {})}>
              {deed}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
