/** What stands where no page can: nothing at the address, not for this role, or the page itself has failed. */
import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { words } from '../format/words.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import type { Page } from './pages.ts';

export function NotFound() {
  return (
    <EmptyState
      title="There is nothing at this address"
      action={
        <Button component={Link} to="/" variant="default">
          Go to the first page
        </Button>
      }
    >
      It may have been mistyped, or what it showed is gone.
    </EmptyState>
  );
}

export function NotForYou({ page }: { readonly page: Page }) {
  return (
    <EmptyState title={`${page.title} is not among your pages`}>
      It is for: {page.roles.map(words).join(', ')}. Ask whoever runs Lotkeeper here if it should be yours.
    </EmptyState>
  );
}

/** A page's code that is not there any more (a new version was installed) or an error of ours. */
export function PageFailed() {
  return (
    <EmptyState
      title="This page could not be shown"
      action={
        <Button
          onClick={() => {
            location.reload();
          }}
        >
          Load it again
        </Button>
      }
    >
      A new version may have been installed, or the connection broke. Nothing was changed.
    </EmptyState>
  );
}
