/** A form in a dialog: fields, what was refused, the button that does it. What was typed stays until it is done or left. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode, SyntheticEvent } from 'react';
import type { Refusal } from '../api/refusals.ts';
import { RefusalNote } from './refusal-note.tsx';

export interface DeedFormProps {
  readonly title: string;
  /** On the button: the deed, as a verb. */
  readonly deed: string;
  readonly isSending: boolean;
  readonly refusal: Refusal | null;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function DeedForm({ title, deed, isSending, refusal, onSubmit, onClose, children }: DeedFormProps) {
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal
      opened
      title={title}
      onClose={onClose}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="md"
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {children}
          {refusal !== null && <RefusalNote refusal={refusal} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" loading={isSending}>
              {deed}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
