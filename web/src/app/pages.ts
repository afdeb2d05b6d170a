/**
 * Every page: where it is, who may see it, and its code, which is loaded when it is first opened. A new page is a folder in
 * src/pages and one entry here (README.md).
 */
import IconArrowsJoin2 from '@tabler/icons-react/icons/IconArrowsJoin2';
import IconBell from '@tabler/icons-react/icons/IconBell';
import IconCalendarDue from '@tabler/icons-react/icons/IconCalendarDue';
import IconChartHistogram from '@tabler/icons-react/icons/IconChartHistogram';
import IconClipboardCheck from '@tabler/icons-react/icons/IconClipboardCheck';
import IconDatabaseImport from '@tabler/icons-react/icons/IconDatabaseImport';
import IconFolders from '@tabler/icons-react/icons/IconFolders';
import IconHistory from '@tabler/icons-react/icons/IconHistory';
import IconLayoutDashboard from '@tabler/icons-react/icons/IconLayoutDashboard';
import IconPackages from '@tabler/icons-react/icons/IconPackages';
import IconSettingsAutomation from '@tabler/icons-react/icons/IconSettingsAutomation';
import IconShieldExclamation from '@tabler/icons-react/icons/IconShieldExclamation';
import IconSpeakerphone from '@tabler/icons-react/icons/IconSpeakerphone';
import IconTemperature from '@tabler/icons-react/icons/IconTemperature';
import IconTrash from '@tabler/icons-react/icons/IconTrash';
import IconTruck from '@tabler/icons-react/icons/IconTruck';
import IconUsers from '@tabler/icons-react/icons/IconUsers';
import IconVaccine from '@tabler/icons-react/icons/IconVaccineBottle';
import type { ComponentType } from 'react';
import { analytics, everyday, patientReaders } from './access.ts';
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
    path: 'open-vials',
    title: 'Open vials',
    group: 'Today',
    icon: IconVaccine,
    roles: everyday,
    load: async () => (await import('../pages/open-vials/open-vials-page.tsx')).OpenVialsPage,
    within: [
      { path: 'new', load: async () => (await import('../pages/open-vials/new-vial.tsx')).NewVial },
      { path: ':id', load: async () => (await import('../pages/open-vials/vial-panel.tsx')).VialPanel },
    ],
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
  {
    path: 'transfers',
    title: 'Transfers',
    group: 'Stock',
    icon: IconTruck,
    roles: everyday,
    load: async () => (await import('../pages/transfers/transfers-page.tsx')).TransfersPage,
    within: [
      { path: 'new', load: async () => (await import('../pages/transfers/new-transfer.tsx')).NewTransfer },
      { path: ':id', load: async () => (await import('../pages/transfers/transfer-panel.tsx')).TransferPanel },
    ],
  },
  {
    path: 'counts',
    title: 'Counts',
    group: 'Stock',
    icon: IconClipboardCheck,
    roles: everyday,
    load: async () => (await import('../pages/counts/counts-page.tsx')).CountsPage,
    within: [
      { path: 'new', load: async () => (await import('../pages/counts/new-count.tsx')).NewCount },
      { path: ':id', load: async () => (await import('../pages/counts/count-page.tsx')).CountPage },
      { path: ':id/count', load: async () => (await import('../pages/counts/counting.tsx')).Counting },
      { path: ':id/sheet', load: async () => (await import('../pages/counts/count-sheet.tsx')).CountSheet },
    ],
  },
  {
    path: 'waste',
    title: 'Waste',
    group: 'Stock',
    icon: IconTrash,
    roles: everyday,
    load: async () => (await import('../pages/waste/waste-page.tsx')).WastePage,
    within: [{ path: 'new', load: async () => (await import('../pages/waste/new-waste.tsx')).NewWaste }],
  },
  {
    path: 'recalls',
    title: 'Recalls',
    group: 'Safety',
    icon: IconSpeakerphone,
    roles: everyday,
    load: async () => (await import('../pages/recalls/recalls-page.tsx')).RecallsPage,
    within: [
      { path: 'new', load: async () => (await import('../pages/recalls/new-recall.tsx')).NewRecall },
      { path: ':id', load: async () => (await import('../pages/recalls/recall-page.tsx')).RecallPage },
      { path: ':id/letters', load: async () => (await import('../pages/recalls/recall-letters.tsx')).RecallLetters },
    ],
  },
  {
    path: 'cold-chain',
    title: 'Cold chain',
    group: 'Safety',
    icon: IconTemperature,
    roles: everyday,
    load: async () => (await import('../pages/cold-chain/cold-chain-page.tsx')).ColdChainPage,
    within: [
      { path: 'new', load: async () => (await import('../pages/cold-chain/unit-form.tsx')).NewUnit },
      { path: ':id', load: async () => (await import('../pages/cold-chain/unit-page.tsx')).UnitPage },
    ],
  },
  {
    path: 'reviews',
    title: 'Review queue',
    group: 'Safety',
    icon: IconShieldExclamation,
    roles: analytics,
    load: async () => (await import('../pages/reviews/reviews-page.tsx')).ReviewsPage,
    within: [{ path: ':alertId', load: async () => (await import('../pages/reviews/review-panel.tsx')).ReviewPanel }],
  },
  {
    path: 'dispensing',
    title: 'Dispensing',
    group: 'Analytics',
    icon: IconChartHistogram,
    roles: analytics,
    load: async () => (await import('../pages/dispensing/dispensing-page.tsx')).DispensingPage,
  },
  {
    path: 'patients',
    title: 'Patients',
    group: 'People',
    icon: IconUsers,
    roles: patientReaders,
    load: async () => (await import('../pages/patients/patients-page.tsx')).PatientsPage,
    within: [
      { path: ':patientId', load: async () => (await import('../pages/patients/patient-panel.tsx')).PatientPanel },
    ],
  },
  {
    path: 'duplicates',
    title: 'Duplicates',
    group: 'People',
    icon: IconArrowsJoin2,
    roles: patientReaders,
    load: async () => (await import('../pages/duplicates/duplicates-page.tsx')).DuplicatesPage,
    within: [
      {
        path: ':candidateId',
        load: async () => (await import('../pages/duplicates/duplicate-panel.tsx')).DuplicatePanel,
      },
    ],
  },
  {
    path: 'projects',
    title: 'Projects',
    group: 'People',
    icon: IconFolders,
    roles: everyday,
    load: async () => (await import('../pages/projects/projects-page.tsx')).ProjectsPage,
    within: [
      { path: ':projectId', load: async () => (await import('../pages/projects/project-panel.tsx')).ProjectPanel },
    ],
  },
  {
    path: 'audit',
    title: 'Audit',
    group: 'Administration',
    icon: IconHistory,
    roles: ['ADMIN', 'AUDITOR'],
    load: async () => (await import('../pages/audit/audit-page.tsx')).AuditPage,
    within: [{ path: ':entryId', load: async () => (await import('../pages/audit/audit-panel.tsx')).AuditPanel }],
  },
  {
    path: 'jobs',
    title: 'Jobs',
    group: 'Administration',
    icon: IconSettingsAutomation,
    roles: ['ADMIN'],
    load: async () => (await import('../pages/jobs/jobs-page.tsx')).JobsPage,
  },
  {
    path: 'migration-runs',
    title: 'Migration runs',
    group: 'Administration',
    icon: IconDatabaseImport,
    roles: ['ADMIN'],
    load: async () => (await import('../pages/migration-runs/migration-runs-page.tsx')).MigrationRunsPage,
    within: [
      {
        path: ':runId',
        load: async () => (await import('../pages/migration-runs/migration-panel.tsx')).MigrationPanel,
      },
    ],
  },
];
