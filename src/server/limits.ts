/**
 * How much one request may ask. Measured before validation and execution, in time linear in the document: a fragment
 * is measured once and its size counted wherever it is spread, so that nested fragments cannot multiply unseen.
 * Refuses: QUERY_TOO_COMPLEX; BAD_USER_INPUT for text that the database cannot hold.
 *
 * Written here, because the kept packages miss what they should hold: they price `first` only when it is a literal,
 * lists without it as one, exempt everything under `__schema`, and throw where Apollo Server 5 answers with a 500.
 */
import {
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { Refusal } from '../refusal.ts';
import { requestRefused } from './errors.ts';
import { hasUnstorableText } from './text.ts';

export const limits = {
  /** 10 000 readings of temperature, the most that one call takes, are 1.1 MB as clients write them. */
  bodyBytes: 1_572_864,
  tokens: 3_000,
  depth: 16,
  fields: 500,
  rootFields: 20,
  aliases: 60,
  directives: 40,
  introspections: 2,
  cost: 25_000,
} as const;

const counts = ['fields', 'rootFields', 'aliases', 'directives', 'introspections'] as const;
const measures = ['depth', ...counts] as const;
type Measured = (typeof measures)[number];
type Size = Record<Measured, number>;

const tooMuch: Record<Measured, string> = {
  depth: 'The query is nested too deeply',
  fields: 'The query asks for too many fields',
  rootFields: 'The query asks for too many things at once',
  aliases: 'The query uses too many aliases',
  directives: 'The query uses too many directives',
  introspections: 'The query asks for the schema too often',
};

/** Throws on the first limit that an operation of the document breaks. */
export function requireSize(document: DocumentNode): void {
  const measure = sizes(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure(definition.selectionSet);
    size.directives += definition.directives?.length ?? 0;
    for (const what of measures) require(what, size[what]);
  }
}

function require(what: Measured, found: number): void {
  const limit = limits[what];
  if (found <= limit) return;
  throw new Refusal('QUERY_TOO_COMPLEX', `${tooMuch[what]}: ${String(limit)} is the most.`, { what, limit });
}

/**
 * What a subscription follows cannot hang on a variable: the library's own rule about its one root field throws on these
 * directives instead of reporting, and that would be our fault (500).
 */
function requirePlainRoot(document: DocumentNode): void {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.SUBSCRIPTION)
      continue;
    if (hasCondition(definition.selectionSet, fragmentsOf(document))) {
      throw new Refusal('BAD_USER_INPUT', 'A subscription follows one field, without @skip or @include.');
    }
  }
}

/** At this level, fragments spread into it included; each is looked at once, however often it is spread. */
function hasCondition({ selections }: SelectionSetNode, unseen: Map<string, FragmentDefinitionNode>): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(({ name }) => /^(skip|include)$/.test(name.value)) === true) return true;
    if (selection.kind === Kind.FIELD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) return hasCondition(selection.selectionSet, unseen);
    const fragment = unseen.get(selection.name.value);
    unseen.delete(selection.name.value);
    return fragment !== undefined && hasCondition(fragment.selectionSet, unseen);
  });
}

/** `rootFields` counts the fields of the selection set itself, fragments spread into it included. */
function sizes(document: DocumentNode): (selectionSet: SelectionSetNode) => Size {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Size>();
  const endless = sizeWith(Number.POSITIVE_INFINITY);

  function ofFragment(name: string): Size {
    const fragment = fragments.get(name);
    if (fragment === undefined) return sizeWith(0);
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, endless); // met again while it is being measured: it contains itself
    const size = of(fragment.selectionSet);
    known.set(name, size);
    return size;
  }

  function of(selectionSet: SelectionSetNode): Size {
    const total = sizeWith(0);
    for (const selection of selectionSet.selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FRAGMENT_SPREAD) add(total, ofFragment(selection.name.value), 0);
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(total, of(selection.selectionSet), 0);
      else {
        if (selection.selectionSet !== undefined) add(total, { ...of(selection.selectionSet), rootFields: 0 }, 1);
        total.depth = Math.max(total.depth, 1);
        total.fields += 1;
        total.rootFields += 1;
        total.aliases += selection.alias === undefined ? 0 : 1;
        total.introspections += /^__(schema|type)$/.test(selection.name.value) ? 1 : 0;
      }
    }
    return total;
  }
  return of;
}

export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const found = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(found.map((fragment) => [fragment.name.value, fragment]));
}

function sizeWith(value: number): Size {
  return { depth: value, fields: value, rootFields: value, aliases: value, directives: value, introspections: value };
}

function add(total: Size, part: Size, levels: number): void {
  total.depth = Math.max(total.depth, part.depth + levels);
  for (const what of counts) total[what] += part[what];
}

/**
 * As a validation rule, so that its verdict is kept with the parsed document. Removing the document from the walk
 * (null) is what spares a document that is too large the other rules, some of which take quadratic time.
 */
export function limitsRule(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      try {
        requireSize(document);
        requirePlainRoot(document);
        return undefined;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        context.reportError(requestRefused(error));
        return null;
      }
    },
    Field(node) {
      if (node.alias?.value.startsWith('__') === true) {
        context.reportError(
          requestRefused(new Refusal('BAD_USER_INPUT', 'An alias may not begin with two underscores.')),
        );
      }
    },
    StringValue(node) {
      if (hasUnstorableText(node.value)) context.reportError(requestRefused(unstorable()));
    },
  };
}

export function unstorable(): Refusal {
  return new Refusal('BAD_USER_INPUT', 'Text may not contain NUL characters or halves of surrogate pairs.');
}
