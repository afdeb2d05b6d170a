/**
 * Every page: where it is, who may see it, and its code, which is loaded when it is first opened. A new page is a folder in
 * src/pages and one entry here (README.md).
 */
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
    path: 'stock',
    title: 'Stock',
    group: 'Stock',
    icon: IconPackages,
    roles: everyday,
    load: async () => (await import('../pages/stock/stock-page.tsx')).StockPage,
  },
];
