import { Alert, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Refusal } from '../api/refusals.ts';

/** Why it was refused and what to do, where the person is looking; brought into view and read out when it appears. */
export function RefusalNote({ refusal }: { readonly refusal: Refusal }) {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    note.current?.scrollIntoView({ block: 'nearest' });
  }, [refusal]);
  const requestId = refusal.context['requestId'];
  return (
    <Alert ref={note} role="alert" color="red" variant="outline" title={refusal.title} data-code={refusal.code}>
      <Text size="sm">{refusal.message}</Text>
      <Text size="sm" mt={4} fw={500}>
        {refusal.next}
      </Text>
      {typeof requestId === 'string' && (
        <Text size="xs" mt={4} c="dimmed">
          Request id {requestId}
        </Text>
      )}
    </Alert>
  );
}
