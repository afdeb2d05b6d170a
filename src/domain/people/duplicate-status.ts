/** What may become of a pair, and by which verb, as one pure table. */
import { Refusal } from '../../refusal.ts';
import { DuplicateStatus } from '../../schema/enums.ts';

export type DuplicateVerb = 'mergePatients' | 'unmergePatients' | 'dismissDuplicate';

interface Move {
  readonly from: readonly DuplicateStatus[];
  readonly to: DuplicateStatus;
}

/** Nobody proposes a DISMISSED pair again, but a person may still merge it. */
const moves: Readonly<Record<DuplicateVerb, Move>> = {
  mergePatients: { from: ['PENDING', 'DISMISSED'], to: 'MERGED' },
  unmergePatients: { from: ['MERGED'], to: 'DISMISSED' },
  dismissDuplicate: { from: ['PENDING'], to: 'DISMISSED' },
};

/** Answers what it becomes. */
export function duplicateMove(verb: DuplicateVerb, from: DuplicateStatus): DuplicateStatus {
  const move = moves[verb];
  if (move.from.includes(from)) return move.to;
  const allowed = Object.values(DuplicateStatus).filter((to) =>
    Object.values(moves).some((each) => each.to === to && each.from.includes(from)),
  );
  throw new Refusal('INVALID_STATUS_TRANSITION', `${verb} is for pairs that are ${move.from.join(' or ')}.`, {
    ...{ from, to: move.to, allowed },
  });
}
