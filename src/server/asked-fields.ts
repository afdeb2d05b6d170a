import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from './limits.ts';

/**
 * The root fields that an operation asks for, by the name under which each is answered; those in fragments too, each
 * fragment looked at once. What is written down is the field's own name: the caller's is free text of any length.
 */
export function askedFields(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): ReadonlyMap<string, string> {
  const asked = new Map<string, string>();
  const unseen = fragmentsOf(document);
  const look = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) asked.set((selection.alias ?? selection.name).value, selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet);
      else {
        const fragment = unseen.get(selection.name.value);
        unseen.delete(selection.name.value);
        if (fragment !== undefined) look(fragment.selectionSet);
      }
    }
  };
  look(selectionSet);
  return asked;
}
