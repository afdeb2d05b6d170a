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

export function everyPage(stage: () => Stage): void {
  test.each(paths)('/%s is found well by axe and fits the screen, wide and light, narrow and dark', async (path) => {
    const visitor = visitors.find(([role]) => mayVisit(path, role))?.[1];
    if (visitor === undefined) throw new Error(`Nobody visits /${path}`);
    const seen = await Promise.all(
      looks.map(async (look) => {
        const page = await stage().visit(visitor, { path: `/${path}`, ...look });
        await settled(page);
        return { width: look.width, found: await axeFindings(page), overflow: await overflow(page) };
      }),
    );
    expect(seen).toEqual(looks.map(({ width }) => ({ width, found: [], overflow: 0 })));
  });
}
