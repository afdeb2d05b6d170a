/**
 * Where the units of a lot came from and went to, by what the product tells of it and by the model's own lines: for the
 * lots that a step has touched, received + adjusted is what is there, on its way, or gone.
 */
import { lotMoves, traceOf, type TraceFigures } from '../../../src/domain/recalls/lot-trace.ts';
import type { Model } from './model.ts';
import type { World } from './scene.ts';
import { shown, total, units } from './units.ts';

export async function wrongTraces({ clinic }: World, model: Model): Promise<string[]> {
  const lotIds = [...new Set([...model.touched].flatMap((id) => model.batches.get(id)?.lotId ?? []))];
  if (lotIds.length === 0) return [];
  const moves = await lotMoves(clinic.db, clinic.systemSession().actor, lotIds);
  return moves.flatMap((each) => {
    const trace = traceOf(each);
    return [...unbalanced(trace), ...unlike(model, each.lotId, trace)].map(
      (what) => `trace of lot ${each.lotId}: ${what}`,
    );
  });
}

function unbalanced(trace: TraceFigures): string[] {
  const sum = (...names: readonly (keyof TraceFigures)[]) => total(names.map((name) => units(trace[name])));
  const came = sum('received', 'adjusted');
  const is = sum('onHand', 'defective', 'sample', 'inTransit', 'dispensed', 'sold', 'wasted', 'openedVials');
  return came === is ? [] : [`${shown(came)} came, ${shown(is)} are there or gone: ${JSON.stringify(trace)}`];
}

function unlike(model: Model, lotId: string, trace: TraceFigures): string[] {
  const batches = [...model.batches.values()].filter((batch) => batch.lotId === lotId);
  const inTransit = [...model.transfers.values()]
    .filter(({ status }) => status === 'IN_TRANSIT')
    .flatMap(({ lines }) => lines.filter(({ batchId }) => batches.some(({ id }) => id === batchId)));
  const wanted = {
    onHand: total(batches.map(({ buckets }) => buckets.ON_HAND)),
    defective: total(batches.map(({ buckets }) => buckets.DEFECTIVE)),
    sample: total(batches.map(({ buckets }) => buckets.SAMPLE)),
    inTransit: total(inTransit.map(({ shipped }) => shipped ?? 0n)),
  } as const;
  return (['onHand', 'defective', 'sample', 'inTransit'] as const)
    .filter((name) => units(trace[name]) !== wanted[name])
    .map((name) => `${name} is ${trace[name]}, the model has ${shown(wanted[name])}`);
}
