import { Button, Group } from '@mantine/core';
import { useSubmit } from '../../api/use-submit.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SubmitCount, type Count } from './count-documents.ts';

export function HandIn({ count, onHandedIn }: { readonly count: Count; readonly onHandedIn: () => void }) {
  const { submit, isSending, refusal } = useSubmit(SubmitCount);
  return (
    <Group gap="xs">
      <Button
        loading={isSending}
        onClick={() => {
          void submit({ countId: count.id }).then((done) => {
            if (done !== null) onHandedIn();
          });
        }}
      >
        Hand it in
      </Button>
      {refusal !== null && <RefusalNote refusal={refusal} />}
    </Group>
  );
}
