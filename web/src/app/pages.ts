/**
 * Every page: where it is, who may see it, and its code, which is loaded when it is first opened. A new page is a folder in
 * src/pages and one entry here (README.md).
 */
import IconBell from '@tabler/icons-react/icons/IconBell';
import IconCalendarDue from '@tabler/icons-react/icons/IconCalendarDue';
import IconLayoutDashboard from '@tabler/icons-react/icons/IconLayoutDashboard';
import IconPackages from '@tabler/icons-react/icons/IconPackages';
import type { ComponentType } from 'react';
import { everyday } from './access.ts';
import type { Role } from './session.ts';

type Load = () => Promise<ComponentType>;

/** In this order in the menu; within a group as the pages stand below. */
export const groups = ['Today', 'Stock', 'Safety', 'Analytics', 'People', 'Administration'] as const;

export interface Page {
  /** Of the address, without a slash before it. */
  readonly path: string;
  readonly title: string;
  readonly group: (typeof groups)[number];
  readonly icon: ComponentType<{ readonly size?: number | string; readonly stroke?: number | string }>;
  /** Exactly these; as the API has it for the page's first query. */
  readonly roles: readonly Role[];
  readonly load: Load;
  /** Shown within the page, in its Outlet: what one row tells, a form. */
  readonly within?: readonly { readonly path: string; readonly load: Load }[];
}

export const pages: readonly Page[] = [
  {
    path: 'overview',
    title: 'Overview',
    group: 'Today',
    icon: IconLayoutDashboard,
    roles: everyday,
    load: async () => (await import('../pages/overview/overview-page.tsx')).OverviewPage,
  },
  {
    path: 'alerts',
    title: 'Alerts',
    group: 'Today',
    icon: IconBell,
    roles: everyday,
    load: async () => (await import('../pages/alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    path: 'stock',
    title: 'Stock',
    group: 'Stock',
    icon: IconPackages,
    roles: everyday,
    load: async () => (await import('../pages/stock/stock-page.tsx')).StockPage,
    within: [
      { path: 'intake', load: async () => (await import('../pages/stock/intake-panel.tsx')).IntakePanel },
      { path: ':stockId', load: async () => (await import('../pages/stock/stock-panel.tsx')).StockPanel },
    ],
  },
  {
    path: 'expiry',
    title: 'Expiry',
    group: 'Stock',
    icon: IconCalendarDue,
    roles: everyday,
    load: async () => (await import('../pages/expiry/expiry-page.tsx')).ExpiryPage,
  },
];
