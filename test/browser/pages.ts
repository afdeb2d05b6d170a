/** Every page of the dashboard, and the query of the API whose rule says who may see it. */
import type { Role } from '../../src/actor.ts';
import { policy } from '../../src/resolvers/policy.ts';

const firstQueries: Readonly<Record<string, string>> = {
  overview: 'inventoryOverview',
  alerts: 'alerts',
  stock: 'stocks',
  expiry: 'stocks',
  'open-vials': 'openVials',
  transfers: 'transfers',
  counts: 'counts',
  waste: 'wasteRecords',
  recalls: 'recalls',
  'cold-chain': 'temperatureExcursions',
  reviews: 'highRiskAlerts',
  dispensing: 'dailySummaries',
  patients: 'patients',
  duplicates: 'duplicateCandidates',
  projects: 'projects',
  audit: 'auditTrail',
  jobs: 'jobs',
  'migration-runs': 'migrationRuns',
};

export const paths = Object.keys(firstQueries);

export function mayVisit(path: string, role: Role): boolean {
  const rule = policy[`Query.${firstQueries[path] ?? ''}`];
  if (rule === undefined || rule === 'PUBLIC') throw new Error(`No query is known for /${path}`);
  return rule.includes(role);
}
