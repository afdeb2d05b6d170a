/** What is asked of the API. */
import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { createLoaders } from '../resolvers/loaders.ts';
import type { Policy } from '../resolvers/policy.ts';
import { version } from './version.ts';

export interface ApiParts {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly createLoaders: typeof createLoaders;
}

export async function apiParts(): Promise<ApiParts> {
  const text = { type: new GraphQLNonNull(GraphQLString) };
  return {
    schema: new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { version: { ...text, description: 'The version of Lotkeeper that answers.', resolve: () => version } },
      }),
      mutation: new GraphQLObjectType({ name: 'Mutation', fields: { login: { ...text, resolve: () => '' } } }),
    }),
    policy: { 'Query.version': 'PUBLIC', 'Mutation.login': 'PUBLIC' },
    createLoaders,
  };
}
