import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { ageGroup } from '../domain/dispensing/age-group.ts';
import { listPatients } from '../domain/people/list-patients.ts';
import { Patient } from '../entities/patient.ts';
import { PatientConnection } from '../schema/connections.ts';
import { PatientAgeGroup } from '../schema/enums.ts';
import { Id } from '../schema/scalars.ts';
import type { Context } from './context.ts';

@Resolver()
export class PatientQueries {
  @Query(() => Patient, { nullable: true })
  patient(@Arg('id', () => Id) id: string, @Ctx() { loaders }: Context) {
    return loaders.patients.load(id);
  }

  @Query(() => PatientConnection, {
    description:
      'By last and first name. Each word of the search begins one of them, or one of a record that was merged into it. Merged ones are left out.',
  })
  patients(
    @Arg('search', () => String, { nullable: true }) search: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { db }: Context,
  ) {
    return listPatients(db, search, { first, after });
  }
}

@Resolver(() => Patient)
export class PatientFields {
  @FieldResolver(() => PatientAgeGroup, { nullable: true, description: 'Today; null without a birth date.' })
  ageGroup(@Root() { birthDate }: Patient): PatientAgeGroup | null {
    return birthDate === null ? null : ageGroup(birthDate, new Date().toISOString().slice(0, 10));
  }

  @FieldResolver(() => Patient, { nullable: true, description: 'The record that took this one over.' })
  mergedInto(@Root() { mergedIntoId }: Patient, @Ctx() { loaders }: Context) {
    return mergedIntoId === null ? null : loaders.patients.load(mergedIntoId);
  }
}
