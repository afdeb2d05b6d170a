/** What one row tells, or a form, beside the list that it belongs to; it has an address of its own. */
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { usePageTitle } from '../app/page-title.ts';

export interface SidePanelProps {
  readonly title: string;
  /** The list's address: where closing leads, with the list's own search kept. */
  readonly back: string;
  readonly size?: number;
  readonly children: ReactNode;
}

export function SidePanel({ title, back, size = 720, children }: SidePanelProps) {
  const navigate = useNavigate();
  const { search } = useLocation();
  usePageTitle(title);
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
      onClose={() => void navigate({ pathname: back, search }, { preventScrollReset: true })}
    >
      {children}
    </Drawer>
  );
}
