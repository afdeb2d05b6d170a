import type { TransferStatus } from '../../generated/graphql.ts';
import { Sign, type Tone } from '../../parts/sign.tsx';

export const transferStates: readonly (readonly [TransferStatus, Tone, string])[] = [
  ['REQUESTED', 'warn', 'Asked for'],
  ['APPROVED', 'calm', 'To ship'],
  ['IN_TRANSIT', 'warn', 'On its way'],
  ['RECEIVED', 'good', 'Received'],
  ['REJECTED', 'calm', 'Rejected'],
  ['CANCELLED', 'calm', 'Cancelled'],
];

export function TransferSign({ status }: { readonly status: TransferStatus }) {
  const [, tone, word] = transferStates.find(([each]) => each === status) ?? [status, 'calm', status];
  return <Sign tone={tone}>{word}</Sign>;
}
