/**
 * Documents, typed by what `npm run generate` made of them. The generator's own code would put the documents of all pages
 * into the first load; so only its types are used, and the text becomes a document here, in the page that has it.
 */
import { gql } from '@urql/core';
import type { graphql as typed } from '../generated/gql.ts';

const fragments = new Map<string, string>();

/** A fragment is found by its name once the module that has it is imported; a document that spreads it comes after. */
function documentOf(text: string): unknown {
  const own = /^\s*fragment\s+(\w+)/.exec(text)?.[1];
  if (own !== undefined) fragments.set(own, text);
  return gql([text, ...spreadIn(text, own)].join('\n'));
}

function spreadIn(text: string, own: string | undefined): string[] {
  const found = new Map<string, string>();
  const visit = (part: string): void => {
    for (const [, name = ''] of part.matchAll(/\.\.\.\s*(?!on\b)(\w+)/g)) {
      if (found.has(name) || name === own) continue;
      const fragment = fragments.get(name);
      if (fragment === undefined) throw new Error(`Import the module of the fragment ${name} before it is spread`);
      found.set(name, fragment);
      visit(fragment);
    }
  };
  visit(text);
  return [...found.values()];
}

export const graphql = documentOf as typeof typed;
