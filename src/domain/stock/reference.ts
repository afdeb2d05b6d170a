/** What a movement refers to in the caller's own words: an order, a return slip. */
import { optionalText } from '../text.ts';

export interface Reference {
  readonly referenceType: string | null;
  readonly referenceId: string | null;
}

export function reference(told: {
  readonly referenceType?: string | null;
  readonly referenceId?: string | null;
}): Reference {
  return {
    referenceType: optionalText(told.referenceType, 'referenceType', 50),
    referenceId: optionalText(told.referenceId, 'referenceId', 100),
  };
}
