import { Anchor } from '@mantine/core';
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** From one thing to the list that it is in. */
export function BackLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Anchor
      component={Link}
      to={to}
      size="sm"
      className="lk-screen-only"
      style={{ display: 'inline-flex', alignItems: 'center', gap: 2, minHeight: 28 }}
    >
      <IconChevronLeft size={16} stroke={1.7} aria-hidden />
      {children}
    </Anchor>
  );
}
