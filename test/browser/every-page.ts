import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Role } from '../../src/actor.ts';
import { mayVisit, paths } from './pages.ts';
import { axeFindings, overflow, settled, type DemoName, type Stage } from './stage.ts';

const looks = [
  { width: 1440, dark: false },
  { width: 360, dark: true },
] as const;

const visitors: readonly (readonly [Role, DemoName])[] = [
  ['MANAGER', 'manager'],
  ['ADMIN', 'admin'],
];

function visitorOf(path: string): DemoName {
  const visitor = visitors.find(([role]) => mayVisit(path, role))?.[1];
  if (visitor === undefined) throw new Error(`Nobody visits /${path}`);
  return visitor;
}

/** Looked at one after the other at the same screen, so that what all pages share is loaded once. */
const atOneScreen = 3;
const rounds = paths.flatMap((_, at) => (at % atOneScreen === 0 ? [paths.slice(at, at + atOneScreen)] : []));

export function everyPage(stage: () => Stage): void {
  const visit = async (round: readonly string[], look: (typeof looks)[number]) => {
    const seen: object[] = [];
    const screens = new Map<DemoName, Page>();
    for (const path of round) {
      const visitor = visitorOf(path);
      const known = screens.get(visitor);
      const page = known ?? (await stage().visit(visitor, { path: `/${path}`, ...look }));
      screens.set(visitor, page);
      if (known !== undefined) await page.goto(`${stage().url}/${path}`);
      await settled(page);
      seen.push({ path, found: await axeFindings(page), overflow: await overflow(page) });
    }
    return seen;
  };

  test.each(rounds.map((round) => [round.join(', '), round] as const))(
    '%s: found well by axe and fitting the screen, wide and light, narrow and dark',
    async (_, round) => {
      const seen = await Promise.all(looks.map((look) => visit(round, look)));
      const well = round.map((path) => ({ path, found: [], overflow: 0 }));
      expect(seen).toEqual(looks.map(() => well));
    },
  );
}
