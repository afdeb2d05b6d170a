/** What a person needs to know once everything runs, on one screen. */
import { roles } from '../actor.ts';
import type { Config } from '../config.ts';
import { demoPassword } from '../seed/demo-people.ts';
import { dashboardFolder } from '../server/dashboard.ts';
import { paint } from './out.ts';
import { version } from './version.ts';

export interface Running {
  readonly config: Config;
  readonly url: string;
  readonly isEmbedded: boolean;
  readonly hasDemo: boolean;
}

export function startScreen({ config, url, isEmbedded, hasDemo }: Running): string {
  const rows: [string, string][] = [
    ...(dashboardFolder === undefined ? [] : [dashboardAt(url)]),
    ['API', `${url}/graphql   (POST; in a browser: the explorer)`],
    ['Health', `${url}/livez   ${url}/readyz`],
    ['Data', isEmbedded ? `${config.dataFolder}   (PostgreSQL 18, ours)` : 'the PostgreSQL that DATABASE_URL names'],
    ['Queues', config.redisUrl === null ? 'in the same PostgreSQL' : 'the Redis that REDIS_URL names'],
  ];
  const hints: [string, string][] = [
    ['Stop', 'Ctrl-C; the data stays'],
    ...(isEmbedded ? [ownDatabase] : []),
    ...(config.redisUrl === null ? [ownRedis] : []),
  ];
  return [
    '',
    `  ${paint('bold', `Lotkeeper ${version}`)} is ready.`,
    '',
    lines(rows),
    '',
    users(hasDemo),
    '',
    lines(hints),
    '',
  ].join('\n');
}

const dashboardAt = (url: string): [string, string] => ['Dashboard', `${url}/`];
const ownDatabase: [string, string] = [
  'Own PostgreSQL',
  'DATABASE_URL=postgres://user:password@host:5432/lotkeeper npm start',
];
const ownRedis: [string, string] = ['Own Redis', 'REDIS_URL=redis://host:6379 npm start'];

function lines(rows: readonly [string, string][]): string {
  return rows.map(([name, value]) => `  ${paint('dim', name.padEnd(16))}${value}`).join('\n');
}

function users(hasDemo: boolean): string {
  if (!hasDemo) return lines([['Users', 'lotkeeper user create EMAIL --role ADMIN   makes one']]);
  return lines([
    [
      'Demo users',
      roles
        .map((role) => role.toLowerCase())
        .slice(0, 4)
        .join(', ') + ',',
    ],
    [
      '',
      `${roles
        .map((role) => role.toLowerCase())
        .slice(4)
        .join(', ')}   each @demo.example`,
    ],
    ['Password', demoPassword],
  ]);
}
