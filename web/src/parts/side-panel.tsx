/** What one row tells, or a form, beside the list that it belongs to; it has an address of its own. */
import { Drawer } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { usePageTitle } from '../app/page-title.ts';

export interface SidePanelProps {
  readonly title: string;
  /** The list's address: where closing leads, with the list's own search kept. */
  readonly back: string;
  /** What of the address's search is the panel's own and does not go back to the list. */
  readonly own?: readonly string[];
  readonly size?: number;
  readonly children: ReactNode;
}

export function SidePanel({ title, back, own = [], size = 720, children }: SidePanelProps) {
  const navigate = useNavigate();
  const { search } = useLocation();
  const close = () => {
    const kept = new URLSearchParams(search);
    for (const name of own) kept.delete(name);
    void navigate({ pathname: back, search: kept.toString() }, { preventScrollReset: true });
  };
  usePageTitle(title);
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      // Back to the row that it was opened from.
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <Drawer
      opened
      position="right"
      size={size}
      title={title}
      padding="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      overlayProps={{ backgroundOpacity: 0.35 }}
      transitionProps={{ duration: 120 }}
      onClose={close}
    >
      {children}
    </Drawer>
  );
}
