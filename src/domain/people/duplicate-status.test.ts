import { expect, it } from 'vitest';
import { refusalOf } from '../../../test/refusal-of.ts';
import { DuplicateStatus } from '../../schema/enums.ts';
import { duplicateMove, type DuplicateVerb } from './duplicate-status.ts';

const verbs: readonly DuplicateVerb[] = ['mergePatients', 'unmergePatients', 'dismissDuplicate'];
const becomes: Readonly<Record<string, DuplicateStatus>> = {
  'mergePatients PENDING': 'MERGED',
  'mergePatients DISMISSED': 'MERGED',
  'unmergePatients MERGED': 'DISMISSED',
  'dismissDuplicate PENDING': 'DISMISSED',
};
const allowed = { PENDING: ['MERGED', 'DISMISSED'], MERGED: ['DISMISSED'], DISMISSED: ['MERGED'] };
const cases = verbs.flatMap((verb) => Object.values(DuplicateStatus).map((from) => ({ verb, from })));

it.each(cases)('$verb of a pair that is $from', async ({ verb, from }) => {
  const moving = async () => duplicateMove(verb, from);
  const to = becomes[`${verb} ${from}`];
  if (to === undefined) {
    const context = { from, allowed: allowed[from] };
    expect(await refusalOf(moving())).toMatchObject({ code: 'INVALID_STATUS_TRANSITION', context });
  } else {
    expect(await moving()).toBe(to);
  }
});
