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
import { analytics, everyday, patientReaders, type Deed } from './access.ts';
import { heads } from './page-heads.ts';
import type { Role } from './session.ts';

type Load = () => Promise<ComponentType>;

/** In this order in the menu; within a group as the pages stand below. */
export const groups = ['Today', 'Stock', 'Safety', 'Analytics', 'People', 'Administration'] as const;

export interface Within {
  readonly path: string;
  readonly load: Load;
  /** A form for this alone: whoever may not do it is led to the page, also from an address that somebody has sent. */
  readonly deed?: Deed;
}

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
  readonly within?: readonly Within[];
}

export const pages: readonly Page[] = [
  {
    path: 'overview',
    title: heads.overview.title,
    group: 'Today',
    icon: IconLayoutDashboard,
    roles: everyday,
    load: async () => (await import('../pages/overview/overview-page.tsx')).OverviewPage,
  },
  {
    path: 'alerts',
    title: heads.alerts.title,
    group: 'Today',
    icon: IconBell,
    roles: everyday,
    load: async () => (await import('../pages/alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    path: 'open-vials',
    title: heads['open-vials'].title,
    group: 'Today',
    icon: IconVaccine,
    roles: everyday,
    load: async () => (await import('../pages/open-vials/open-vials-page.tsx')).OpenVialsPage,
    within: [
      { path: 'new', load: async () => (await import('../pages/open-vials/new-vial.tsx')).NewVial, deed: 'openVial' },
      { path: ':id', load: async () => (await import('../pages/open-vials/vial-panel.tsx')).VialPanel },
    ],
  },
  {
    path: 'stock',
    title: heads.stock.title,
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
    title: heads.expiry.title,
    group: 'Stock',
    icon: IconCalendarDue,
    roles: everyday,
    load: async () => (await import('../pages/expiry/expiry-page.tsx')).ExpiryPage,
  },
  {
    path: 'transfers',
    title: heads.transfers.title,
    group: 'Stock',
    icon: IconTruck,
    roles: everyday,
    load: async () => (await import('../pages/transfers/transfers-page.tsx')).TransfersPage,
    within: [
      {
        path: 'new',
        load: async () => (await import('../pages/transfers/new-transfer.tsx')).NewTransfer,
        deed: 'requestTransfer',
      },
      { path: ':id', load: async () => (await import('../pages/transfers/transfer-panel.tsx')).TransferPanel },
    ],
  },
  {
    path: 'counts',
    title: heads.counts.title,
    group: 'Stock',
    icon: IconClipboardCheck,
    roles: everyday,
    load: async () => (await import('../pages/counts/counts-page.tsx')).CountsPage,
    within: [
      { path: 'new', load: async () => (await import('../pages/counts/new-count.tsx')).NewCount, deed: 'startCount' },
      { path: ':id', load: async () => (await import('../pages/counts/count-page.tsx')).CountPage },
      {
        path: ':id/count',
        load: async () => (await import('../pages/counts/counting.tsx')).Counting,
        deed: 'recordCount',
      },
      { path: ':id/sheet', load: async () => (await import('../pages/counts/count-sheet.tsx')).CountSheet },
    ],
  },
  {
    path: 'waste',
    title: heads.waste.title,
    group: 'Stock',
    icon: IconTrash,
    roles: everyday,
    load: async () => (await import('../pages/waste/waste-page.tsx')).WastePage,
    within: [
      { path: 'new', load: async () => (await import('../pages/waste/new-waste.tsx')).NewWaste, deed: 'recordWaste' },
    ],
  },
  {
    path: 'recalls',
    title: heads.recalls.title,
    group: 'Safety',
    icon: IconSpeakerphone,
    roles: everyday,
    load: async () => (await import('../pages/recalls/recalls-page.tsx')).RecallsPage,
    within: [
      {
        path: 'new',
        load: async () => (await import('../pages/recalls/new-recall.tsx')).NewRecall,
        deed: 'issueRecall',
      },
      { path: ':id', load: async () => (await import('../pages/recalls/recall-page.tsx')).RecallPage },
      { path: ':id/letters', load: async () => (await import('../pages/recalls/recall-letters.tsx')).RecallLetters },
    ],
  },
  {
    path: 'cold-chain',
    title: heads['cold-chain'].title,
    group: 'Safety',
    icon: IconTemperature,
    roles: everyday,
    load: async () => (await import('../pages/cold-chain/cold-chain-page.tsx')).ColdChainPage,
    within: [
      {
        path: 'new',
        load: async () => (await import('../pages/cold-chain/unit-form.tsx')).NewUnit,
        deed: 'saveStorageUnit',
      },
      { path: ':id', load: async () => (await import('../pages/cold-chain/unit-page.tsx')).UnitPage },
    ],
  },
  {
    path: 'reviews',
    title: heads.reviews.title,
    group: 'Safety',
    icon: IconShieldExclamation,
    roles: analytics,
    load: async () => (await import('../pages/reviews/reviews-page.tsx')).ReviewsPage,
    within: [{ path: ':alertId', load: async () => (await import('../pages/reviews/review-panel.tsx')).ReviewPanel }],
  },
  {
    path: 'dispensing',
    title: heads.dispensing.title,
    group: 'Analytics',
    icon: IconChartHistogram,
    roles: analytics,
    load: async () => (await import('../pages/dispensing/dispensing-page.tsx')).DispensingPage,
  },
  {
    path: 'patients',
    title: heads.patients.title,
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
    title: heads.duplicates.title,
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
    title: heads.projects.title,
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
    title: heads.audit.title,
    group: 'Administration',
    icon: IconHistory,
    roles: ['ADMIN', 'AUDITOR'],
    load: async () => (await import('../pages/audit/audit-page.tsx')).AuditPage,
    within: [{ path: ':entryId', load: async () => (await import('../pages/audit/audit-panel.tsx')).AuditPanel }],
  },
  {
    path: 'jobs',
    title: heads.jobs.title,
    group: 'Administration',
    icon: IconSettingsAutomation,
    roles: ['ADMIN'],
    load: async () => (await import('../pages/jobs/jobs-page.tsx')).JobsPage,
  },
  {
    path: 'migration-runs',
    title: heads['migration-runs'].title,
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
