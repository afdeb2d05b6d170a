/** The same work on a hundred times the rows. */
import { dispenseJob } from './dispense.ts';
import { perSecond, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { inTurns, type Rounds } from './measure.ts';
import { pagesOf, stocksPageJob } from './stocks-page.ts';

const clients = 8;

export async function benchGrowth(small: Ground, large: Ground, rounds: Rounds): Promise<Figure[]> {
  const [few, many] = await inTurns(rounds, [
    dispenseJob(small, clients, small.pairs),
    dispenseJob(large, clients, large.pairs),
  ]);
  const [fewPages, manyPages] = await inTurns(rounds, [
    stocksPageJob(small, clients, (await pagesOf(small)).cursors),
    stocksPageJob(large, clients, (await pagesOf(large)).cursors),
  ]);
  return [
    growthFigure('dispense', many?.perSecond ?? 0, few?.perSecond ?? 0),
    growthFigure('stocks-page', manyPages?.perSecond ?? 0, fewPages?.perSecond ?? 0),
  ];
}

function growthFigure(what: string, many: number, few: number): Figure {
  const ratio = many / few;
  return {
    bench: 'growth',
    what: `${what}, 1 M against 10 k rows`,
    ours: perSecond(many),
    other: perSecond(few),
    ratio,
    goal: '≥ 0.8 × at 10 k',
    met: ratio >= 0.8,
  };
}
