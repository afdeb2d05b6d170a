import type { CountStatus } from '../../generated/graphql.ts';
import { Sign, type Tone } from '../../parts/sign.tsx';

const signs: Readonly<Record<CountStatus, readonly [Tone, string]>> = {
  IN_PROGRESS: ['calm', 'Counting'],
  RECOUNTING: ['warn', 'Recounting'],
  SUBMITTED: ['warn', 'To approve'],
  APPROVED: ['good', 'Posted'],
  CANCELLED: ['calm', 'Cancelled'],
};

export function CountSign({ status }: { readonly status: CountStatus }) {
  const [tone, word] = signs[status];
  return <Sign tone={tone}>{word}</Sign>;
}
