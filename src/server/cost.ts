/**
 * What an operation costs: one for each field that may be answered, times the length of each list above it. A paged
 * field counts `first` rows, from the literal, the variable or the default; another list a handful. A fragment is
 * priced once, so the time is linear in the document.
 */
import {
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { fragmentsOf } from './limits.ts';

const defaultPage = 50;
const shortList = 10;

export interface Price {
  readonly cost: number;
  /** Another set of variables may cost something else. */
  readonly variable: boolean;
}

export type Variables = Readonly<Record<string, unknown>>;

export function priceOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Price {
  const fragments = fragmentsOf(document);
  const priced = new Map<string, number>();
  let variable = false;

  const valueOf = (node: ValueNode): unknown => {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind !== Kind.VARIABLE) return undefined;
    variable = true;
    const name = node.name.value;
    if (Object.hasOwn(variables, name)) return variables[name];
    const definition = operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined;
  };

  const ofFragment = (name: string): number => {
    const before = priced.get(name);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const type = fragment === undefined ? undefined : typeFromAST(schema, fragment.typeCondition);
    const cost = fragment !== undefined && isCompositeType(type) ? of(fragment.selectionSet, type) : 0;
    priced.set(name, cost);
    return cost;
  };

  const ofField = (node: FieldNode, parent: GraphQLCompositeType): number => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const type = field === undefined ? undefined : getNamedType(field.type);
    if (field === undefined || node.selectionSet === undefined || !isCompositeType(type)) return 1;
    return 1 + rowsOf(node, field, parent, valueOf) * of(node.selectionSet, type);
  };

  const of = (selectionSet: SelectionSetNode, parent: GraphQLCompositeType): number => {
    let cost = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) cost += ofField(selection, parent);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) cost += ofFragment(selection.name.value);
      else {
        const type = selection.typeCondition === undefined ? parent : typeFromAST(schema, selection.typeCondition);
        cost += of(selection.selectionSet, isCompositeType(type) ? type : parent);
      }
    }
    return cost;
  };

  const root = schema.getRootType(operation.operation);
  const cost = root === undefined || root === null ? 0 : of(operation.selectionSet, root);
  return { cost, variable };
}

function rowsOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  parent: GraphQLCompositeType,
  valueOf: (node: ValueNode) => unknown,
): number {
  const page = field.args.find((argument) => argument.name === 'first');
  if (page !== undefined) {
    const given = node.arguments?.find((argument) => argument.name.value === 'first');
    const first = (given === undefined ? undefined : valueOf(given.value)) ?? page.defaultValue;
    return typeof first === 'number' && first >= 1 ? first : defaultPage;
  }
  return isList(field.type) && !parent.name.endsWith('Connection') ? shortList : 1;
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
