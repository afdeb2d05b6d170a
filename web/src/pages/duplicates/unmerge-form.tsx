import { useSend } from '../../api/use-submit.ts';
import { Confirm } from '../../parts/confirm.tsx';
import type { DeedProps } from './duplicate-deeds.tsx';
import { UnmergePatients } from './duplicate-documents.ts';

export function UnmergeForm({ row, onDone, onClose }: DeedProps) {
  const { submit, isSending, refusal } = useSend(UnmergePatients);
  const send = async (reason: string) => {
    const done = await submit({ candidateId: row.id, reason });
    if (done !== null) onDone(done.unmergePatients.candidate, 'Taken apart');
  };
  return (
    <Confirm
      title="Take the records apart again"
      deed="Take apart"
      isGrave
      reason="needed"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(reason) => void send(reason)}
      onClose={onClose}
    >
      Each record is by itself again, with what was dispensed under it. Where other merged pairs still connect them they
      stay one person. This pair is never proposed again.
    </Confirm>
  );
}
