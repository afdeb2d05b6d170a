/** What a movement refers to in the caller's own words: an order, a return slip. */
import { optionalText, text } from '../text.ts';

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

/** Of a movement that nobody could explain later without it. */
export function requiredReference(told: { readonly referenceType: string; readonly referenceId: string }): Reference {
  return {
    referenceType: text(told.referenceType, 'referenceType', { max: 50 }),
    referenceId: text(told.referenceId, 'referenceId', { max: 100 }),
  };
}
