import { useSend } from '../../api/use-submit.ts';
import { Confirm } from '../../parts/confirm.tsx';
import type { DeedProps } from './duplicate-deeds.tsx';
import { DismissDuplicate } from './duplicate-documents.ts';

export function DismissForm({ row, onDone, onClose }: DeedProps) {
  const { submit, isSending, refusal } = useSend(DismissDuplicate);
  const send = async (reason: string) => {
    const done = await submit({ candidateId: row.id, reason: reason === '' ? null : reason });
    if (done !== null) onDone(done.dismissDuplicate.candidate, 'Two people');
  };
  return (
    <Confirm
      title="They are two people"
      deed="Keep them apart"
      reason="optional"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(reason) => void send(reason)}
      onClose={onClose}
    >
      Both records stay as they are, and this pair is never proposed again.
    </Confirm>
  );
}
