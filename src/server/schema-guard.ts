/** The one place where roles are enforced: each root field first asks the policy, and one that has no line in it fails the build. */
import { defaultFieldResolver, type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { hasRole, type Role } from '../actor.ts';
import { Refusal } from '../refusal.ts';
import type { Context } from '../resolvers/context.ts';
import type { Policy } from '../resolvers/policy.ts';

const guarded = new WeakSet<GraphQLSchema>();

/** Changes the schema in place and returns it; a second call changes nothing. */
export function guardSchema(schema: GraphQLSchema, policy: Policy): GraphQLSchema {
  const fields = rootFields(schema);
  const undeclared = [...fields.keys()].filter((name) => !Object.hasOwn(policy, name));
  const unknown = Object.keys(policy).filter((name) => !fields.has(name));
  if (undeclared.length > 0) throw new Error(`The policy does not say who may ask ${undeclared.join(', ')}.`);
  if (unknown.length > 0)
    throw new Error(`The policy speaks of ${unknown.join(', ')}, which the schema does not have.`);
  if (guarded.has(schema)) return schema;
  for (const [name, field] of fields) {
    const allowed = policy[name];
    if (allowed === undefined || allowed === 'PUBLIC') continue;
    field.resolve = after(allowed, field.resolve ?? defaultFieldResolver);
    if (field.subscribe !== undefined) field.subscribe = after(allowed, field.subscribe);
  }
  guarded.add(schema);
  return schema;
}

type RootField = GraphQLField<unknown, Context>;

export function rootFields(schema: GraphQLSchema): Map<string, RootField> {
  const found = new Map<string, RootField>();
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    const fields: Record<string, RootField> = type?.getFields() ?? {};
    for (const field of Object.values(fields)) found.set(`${type?.name ?? ''}.${field.name}`, field);
  }
  return found;
}

function after(allowed: readonly Role[], resolve: GraphQLFieldResolver<unknown, Context>): typeof resolve {
  return (source, args, context, info) => {
    requireRole(context, allowed);
    return resolve(source, args, context, info);
  };
}

function requireRole({ actor }: Context, allowed: readonly Role[]): void {
  if (actor === null) throw new Refusal('UNAUTHENTICATED', 'Sign in first.');
  if (hasRole(actor, ...allowed)) return;
  throw new Refusal('FORBIDDEN', `This needs one of the roles ${allowed.join(', ')}.`, { roles: allowed });
}
