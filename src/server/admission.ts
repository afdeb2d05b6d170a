/**
 * What is held against an operation before anything of it runs, over HTTP and over a socket alike: the variables can be
 * stored, and the price is within the limit. The document's own size is a validation rule (limits.ts).
 */
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Refusal } from '../refusal.ts';
import { priceOf, type Price, type Variables } from './cost.ts';
import { limits, unstorable } from './limits.ts';
import { faultOfVariables } from './text.ts';

export interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  /** Undefined where the document has none of that name: execution will say so. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName: string | null | undefined;
  readonly variables: Variables;
}

export class Admission {
  readonly #prices = new WeakMap<DocumentNode, Map<string, Price>>();

  refusalOf(asked: Asked): Refusal | null {
    const fault = faultOfVariables(asked.variables);
    if (fault === 'UNSTORABLE') return unstorable();
    if (fault === 'TOO_DEEP') return new Refusal('BAD_USER_INPUT', 'The variables are nested too deeply.');
    const cost = this.#price(asked);
    if (cost <= limits.cost) return null;
    const message = 'The query asks for too much at once. Ask for fewer rows (first) or fewer fields.';
    return new Refusal('QUERY_TOO_COMPLEX', message, { what: 'cost', limit: limits.cost, cost: Math.ceil(cost) });
  }

  /** Kept with the document unless the variables have a say in it. */
  #price({ schema, document, operation, operationName, variables }: Asked): number {
    if (operation === undefined) return 0;
    const name = operationName ?? '';
    const known = this.#prices.get(document)?.get(name);
    if (known !== undefined && !known.variable) return known.cost;
    const found = priceOf(schema, document, operation, variables);
    const byName = this.#prices.get(document) ?? new Map<string, Price>();
    this.#prices.set(document, byName.set(name, found));
    return found.cost;
  }
}
