import { useSend } from '../../api/use-submit.ts';
import { given } from '../../format/checks.ts';
import { withDays } from '../../format/dates.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { tellDone } from '../../parts/toast.ts';
import { AcknowledgeAlert, ResolveAlert, type AlertRow } from './alert-documents.ts';

export interface WantedDeed {
  readonly alert: AlertRow;
  readonly deed: 'acknowledge' | 'resolve';
}

export interface AlertDeedProps extends WantedDeed {
  readonly onDone: (alert: AlertRow) => void;
  readonly onClose: () => void;
}

export function AlertDeed({ alert, deed, onDone, onClose }: AlertDeedProps) {
  const acknowledge = useSend(AcknowledgeAlert);
  const resolve = useSend(ResolveAlert);
  const isResolve = deed === 'resolve';
  const { isSending, refusal } = isResolve ? resolve : acknowledge;

  const send = async (note: string) => {
    const input = { alertId: alert.id, note: given(note) };
    const changed = isResolve
      ? (await resolve.submit(input))?.resolveAlert.alert
      : (await acknowledge.submit(input))?.acknowledgeAlert.alert;
    if (changed === undefined) return;
    tellDone(isResolve ? 'Resolved' : 'Acknowledged', withDays(alert.title));
    onDone(changed);
  };

  return (
    <Confirm
      title={isResolve ? 'Resolve the alert' : 'Acknowledge the alert'}
      deed={isResolve ? 'Resolve' : 'Acknowledge'}
      reason="optional"
      reasonLabel="Note"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(note) => void send(note)}
      onClose={onClose}
    >
      <strong>{withDays(alert.title)}</strong>. {withDays(alert.message)}{' '}
      {isResolve
        ? 'It stays silent until its cause has ended or has become more severe.'
        : 'Others see that you are at it. It stays in the list until it is resolved.'}
    </Confirm>
  );
}
