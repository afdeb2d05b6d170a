import { Kind, type OperationDefinitionNode } from 'graphql';

/**
 * What an operation is called in metrics and traces: its root field. The name that its author gave it is free text:
 * there may be any number of them, with anything in them. Undefined: refused before it was known to fit the schema.
 */
export function operationLabel(operation: OperationDefinitionNode | undefined): string {
  if (operation === undefined) return 'none';
  const [first, ...others] = operation.selectionSet.selections;
  if (first?.kind !== Kind.FIELD || others.length > 0) return 'several';
  const name = first.name.value;
  return name.startsWith('__') ? 'introspection' : name;
}
