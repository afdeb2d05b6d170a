import { Alert, Text } from '@mantine/core';
import { useConnection } from './connection.ts';

/** A broken line is said where one works, not only by a small sign in the corner. */
export function ConnectionLine() {
  const state = useConnection();
  if (state !== 'away') return null;
  return (
    <Alert color="orange" variant="outline" mb="md" p="xs" role="status" data-connection="away">
      <Text size="sm">
        <strong>No connection to the server.</strong> What you see may be out of date. It is tried again all the time;
        what you typed is kept.
      </Text>
    </Alert>
  );
}
