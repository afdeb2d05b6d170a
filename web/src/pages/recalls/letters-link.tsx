import { Button } from '@mantine/core';
import { Link } from 'react-router';

export function LettersLink({ id }: { readonly id: string }) {
  return (
    <Button component={Link} to={`/recalls/${id}/letters`} variant="default">
      Letters
    </Button>
  );
}
