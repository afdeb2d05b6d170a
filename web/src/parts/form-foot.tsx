import { Button, Group } from '@mantine/core';

export interface FormFootProps {
  /** On the button: the deed, as a verb. */
  readonly deed: string;
  readonly isSending?: boolean;
  readonly isGrave?: boolean;
  /** Null: nothing is typed yet. */
  readonly onEmpty: (() => void) | null;
}

/** Below a form that keeps what is typed: sends it, or begins anew. */
export function FormFoot({ deed, isSending = false, isGrave = false, onEmpty }: FormFootProps) {
  return (
    <Group justify={onEmpty === null ? 'flex-end' : 'space-between'}>
      {onEmpty !== null && (
        <Button variant="subtle" color="gray" ml={-12} px={12} onClick={onEmpty}>
          Empty the form
        </Button>
      )}
      <Button type="submit" loading={isSending} {...(isGrave ? { color: 'red.9' } : {})}>
        {deed}
      </Button>
    </Group>
  );
}
