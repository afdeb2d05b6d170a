/** The dashboard as people meet it: the built pages on a real server with the demo's data, in a real Chromium. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import { seedDemo } from '../../src/seed/demo.ts';
import { demoPassword } from '../../src/seed/demo-people.ts';
import { askOnce } from '../ask-once.ts';
import { createTestDatabase } from '../database.ts';
import { startCli } from '../live/cli-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Debian's, and where others have it. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** With CI=true it must be there. */
export const hasBrowser = executablePath !== undefined || process.env['CI'] === 'true';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const sessionKey = 'lotkeeper.session';
/** A machine with much else to do is slow, not wrong. */
const patienceMs = 30_000;

export type DemoName =
  'manager' | 'pharmacist' | 'provider' | 'technician' | 'admin' | 'auditor' | 'analyst' | 'service';

export interface Visit {
  /** Where they begin; the first page where it is not said. */
  readonly path?: string;
  readonly width?: number;
  readonly dark?: boolean;
}

export interface Stage {
  readonly url: string;
  /** A person at a screen of their own, signed in as this user of the demo. */
  visit(email: DemoName | `${string}@${string}`, visit?: Visit): Promise<Page>;
  /** Somebody who is not signed in. */
  stranger(visit?: Visit): Promise<Page>;
  /** Of the API, as this user: what a test prepares or proves. */
  ask<Data>(email: DemoName, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
  /** As the owner of the tables: what no mutation makes. */
  prepare(sql: string): Promise<void>;
  /** Screens are put away after each test. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  if (executablePath === undefined) throw new Error('CI needs a chromium: apt-get install chromium');
  const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-browser-'));
  const database = await createTestDatabase();
  await seedDemo(database.ownerUrl);
  const server = await startCli('start', /Dashboard\s+(http\S+)\//, {
    databaseUrl: database.appUrl,
    env: { DATABASE_OWNER_URL: database.ownerUrl, LOTKEEPER_DATA: folder, PORT: '0' },
  });
  const browser = await chromium.launch({ executablePath, args: flags });
  const url = server.said[1] ?? '';
  const sessions = new Map<string, Promise<SignedIn>>();
  const signedIn = (name: string) => {
    const email = name.includes('@') ? name : `${name}@demo.example`;
    const known = sessions.get(email) ?? signIn(url, email);
    sessions.set(email, known);
    return known;
  };
  return {
    url,
    visit: async (email, visit = {}) => open(browser, url, visit, await signedIn(email)),
    stranger: (visit = {}) => open(browser, url, visit, null),
    ask: async (email, query, variables = {}) => ask(url, query, variables, (await signedIn(email)).token),
    prepare: async (sql) => {
      await askOnce(database.ownerUrl, sql);
    },
    clear: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: async () => {
      await browser.close();
      await server.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function open(browser: Browser, url: string, visit: Visit, signedIn: SignedIn | null): Promise<Page> {
  const { path = '/', width = 1440, dark = false } = visit;
  const options: BrowserContextOptions = {
    viewport: { width, height: width < 600 ? 740 : 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    timezoneId: 'America/New_York',
    hasTouch: width < 600,
  };
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patienceMs);
  if (signedIn !== null) {
    const [key, value] = [JSON.stringify(sessionKey), JSON.stringify(JSON.stringify(signedIn))];
    await context.addInitScript(`sessionStorage.getItem(${key}) ?? sessionStorage.setItem(${key}, ${value})`);
  }
  const page = await context.newPage();
  await page.goto(`${url}${path}`);
  return page;
}

interface SignedIn {
  readonly token: string;
}

const login = `mutation ($input: LoginInput!) {
  login(input: $input) { token expiresAt user { id displayName email roles locations { id code name kind timeZone } } }
}`;

async function signIn(url: string, email: string): Promise<SignedIn> {
  const data = await ask<{ login: SignedIn }>(url, login, { input: { email, password: demoPassword } });
  return data.login;
}

async function ask<Data>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  token?: string,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  // The shape is what the test has asked for.
  const answer = (await response.json()) as { data?: Data; errors?: unknown };
  if (answer.data === undefined || answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

export interface Finding {
  readonly rule: string;
  readonly impact: string;
  readonly where: readonly string[];
}

let axeSource: Promise<string> | undefined;

/** What axe finds serious or critical on the page as it is shown now. */
export async function axeFindings(page: Page): Promise<Finding[]> {
  axeSource ??= readFile(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
  await page.evaluate(await axeSource);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical'
      ? [
          {
            rule: id,
            impact,
            where: nodes.map(({ target, failureSummary }) => `${String(target)}: ${failureSummary ?? ''}`),
          },
        ]
      : [],
  );
}

/** How many pixels the page is wider than the screen. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  );
}

/** Shown, and nothing of it is still on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  await page.locator('main [aria-busy="true"], main [data-loading]').first().waitFor({ state: 'detached' });
}
