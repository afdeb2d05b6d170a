/**
 * What is known of a patient beyond id and age group is for few roles, and each read is recorded. Wrapped around every
 * field of the type at build, so that a new field is guarded before anybody thinks of it.
 */
import { defaultFieldResolver, GraphQLObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { hasRole, type Role } from '../actor.ts';
import type { Patient } from '../entities/patient.ts';
import { Refusal } from '../refusal.ts';
import type { Context } from './context.ts';

const open = new Set(['id', 'ageGroup']);
export const patientReaders: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER'];

export function guardPatients(schema: GraphQLSchema): GraphQLSchema {
  const type = schema.getType('Patient');
  if (!(type instanceof GraphQLObjectType)) return schema;
  for (const field of Object.values(type.getFields())) {
    if (!open.has(field.name)) field.resolve = guarded(field.resolve ?? defaultFieldResolver);
  }
  return schema;
}

function guarded(resolve: GraphQLFieldResolver<Patient, Context>): typeof resolve {
  return (patient, args, context, info) => {
    const { actor, patientsRead } = context;
    if (actor === null || !hasRole(actor, ...patientReaders)) {
      throw new Refusal('FORBIDDEN', `Patient data needs one of the roles ${patientReaders.join(', ')}.`, {
        roles: patientReaders,
      });
    }
    patientsRead.add(patient.id);
    return resolve(patient, args, context, info);
  };
}
