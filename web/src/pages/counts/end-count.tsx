import { useState } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { useMoney } from '../../app/settings.tsx';
import { change } from '../../format/decimal.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import { tellDone } from '../../parts/toast.ts';
import { ApproveCount, CancelCount, type Count } from './count-documents.ts';

export type CountEnd = 'approve' | 'cancel';

export interface EndCountProps {
  readonly end: CountEnd;
  readonly count: Count;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function EndCount({ end, ...rest }: EndCountProps) {
  return end === 'approve' ? <Approve {...rest} /> : <Cancel {...rest} />;
}

type OneEndProps = Omit<EndCountProps, 'end'>;

/** Less of a controlled drug is told by the API, which then asks for a witness. */
function Approve({ count, onDone, onClose }: OneEndProps) {
  const money = useMoney();
  const { submit, isSending, refusal } = useSubmit(ApproveCount);
  const [signature, setSignature] = useState(noSignature);
  const [asksWitness, setAsksWitness] = useState(false);
  if (refusal?.code === 'WITNESS_REQUIRED' && !asksWitness) setAsksWitness(true);
  const send = async (reason: string) => {
    const done = await submit({
      countId: count.id,
      reason: reason === '' ? null : reason,
      witness: signatureOf(signature),
    });
    if (done === null) return;
    tellDone(`${count.code} is posted.`);
    onDone();
  };
  return (
    <Confirm
      title={`Approve ${count.code}`}
      deed="Approve and post"
      reason="optional"
      reasonLabel="Why it differs, as far as it is known"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(reason) => void send(reason)}
      onClose={onClose}
    >
      The books will say what was counted: {change(count.varianceQuantity ?? '0')} in all
      {count.varianceValue === null ? '' : `, ${money.exact(count.varianceValue)} at cost`}. That cannot be taken back.
      {asksWitness && (
        <WitnessFields value={signature} onChange={setSignature}>
          Less of a controlled drug was found: a second person signs for it.
        </WitnessFields>
      )}
    </Confirm>
  );
}

function Cancel({ count, onDone, onClose }: OneEndProps) {
  const { submit, isSending, refusal } = useSubmit(CancelCount);
  const send = async (reason: string) => {
    const done = await submit({ countId: count.id, reason: reason === '' ? null : reason });
    if (done !== null) onDone();
  };
  return (
    <Confirm
      title={`Cancel ${count.code}`}
      deed="Cancel the count"
      isGrave
      reason="optional"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(reason) => void send(reason)}
      onClose={onClose}
    >
      Nothing of it will be posted. What was counted stays on record.
    </Confirm>
  );
}
