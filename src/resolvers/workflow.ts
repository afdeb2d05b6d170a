import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listMigrationRuns } from '../domain/migration/list-migration-runs.ts';
import { listProjects, listStateAnalytics } from '../domain/workflow/list-projects.ts';
import { listTemplates } from '../domain/workflow/list-templates.ts';
import { similarProjects } from '../domain/workflow/similar-projects.ts';
import { InstructionState } from '../entities/instruction-state.ts';
import { MigrationRun } from '../entities/migration-run.ts';
import { Patient } from '../entities/patient.ts';
import { ProjectFile } from '../entities/project-file.ts';
import { Project } from '../entities/project.ts';
import { StateAnalytics } from '../entities/state-analytics.ts';
import { User } from '../entities/user.ts';
import { WorkflowPerformance } from '../entities/workflow-performance.ts';
import { WorkflowTemplateTask } from '../entities/workflow-template-task.ts';
import { WorkflowTemplate } from '../entities/workflow-template.ts';
import { ProjectConnection } from '../schema/connections.ts';
import { Id } from '../schema/scalars.ts';
import { SimilarProject } from '../schema/similar-project.ts';
import type { Context } from './context.ts';

@Resolver()
export class WorkflowQueries {
  @Query(() => ProjectConnection, {
    description: 'The last begun first. search is a part of the name, status is a whole word of the older system.',
  })
  projects(
    @Arg('search', () => String, { nullable: true }) search: string | null | undefined,
    @Arg('status', () => String, { nullable: true }) status: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { db }: Context,
  ) {
    return listProjects(db, { search, status }, { first, after });
  }

  @Query(() => Project, { nullable: true })
  project(@Arg('id', () => Id) id: string, @Ctx() { loaders }: Context) {
    return loaders.projects.load(id);
  }

  @Query(() => [SimilarProject], {
    description: 'Whose texts are most alike a text, or the text of a project, which is left out itself; at most 100.',
  })
  similarProjects(
    @Arg('text', () => String, { nullable: true }) text: string | null | undefined,
    @Arg('projectId', () => Id, { nullable: true }) projectId: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10 }) first: number | null,
    @Ctx() { db, embeddings }: Context,
  ) {
    return similarProjects(db, embeddings, { text, projectId }, first);
  }

  @Query(() => [StateAnalytics], { description: 'As counted after the last migration, by name.' })
  stateAnalytics(@Ctx() { db }: Context) {
    return listStateAnalytics(db);
  }

  @Query(() => [WorkflowTemplate], { description: 'By name, at most 1,000.' })
  workflowTemplates(@Ctx() { db }: Context) {
    return listTemplates(db);
  }

  @Query(() => [MigrationRun], { description: 'The last started first, at most 200.' })
  migrationRuns(@Ctx() { db }: Context) {
    return listMigrationRuns(db);
  }
}

@Resolver(() => Project)
export class ProjectFields {
  @FieldResolver(() => Patient, { nullable: true, description: 'As recorded; mergedInto tells who that is now.' })
  patient(@Root() { patientId }: Project, @Ctx() { loaders }: Context) {
    return patientId === null ? null : loaders.patients.load(patientId);
  }

  @FieldResolver(() => [ProjectFile], { description: 'By path, the last version of each first.' })
  files(@Root() { id }: Project, @Ctx() { loaders }: Context) {
    return loaders.filesOfProject.load(id);
  }

  @FieldResolver(() => [InstructionState], { description: 'In the order in which they were entered.' })
  states(@Root() { id }: Project, @Ctx() { loaders }: Context) {
    return loaders.statesOfProject.load(id);
  }
}

const largestInt = 2_147_483_647;

@Resolver(() => ProjectFile)
export class ProjectFileFields {
  @FieldResolver(() => Int, { nullable: true, description: 'Null while the file is missing, and from 2 GiB on.' })
  bytes(@Root() { bytes }: ProjectFile): number | null {
    return bytes === null || Number(bytes) > largestInt ? null : Number(bytes);
  }
}

@Resolver(() => InstructionState)
export class InstructionStateFields {
  @FieldResolver(() => Project)
  project(@Root() { projectId }: InstructionState, @Ctx() { loaders }: Context) {
    return loaders.projects.load(projectId);
  }

  @FieldResolver(() => User, { nullable: true })
  changedBy(@Root() { changedById }: InstructionState, @Ctx() { loaders }: Context) {
    return changedById === null ? null : loaders.users.load(changedById);
  }
}

@Resolver(() => WorkflowTemplate)
export class WorkflowTemplateFields {
  @FieldResolver(() => [WorkflowTemplateTask], { description: 'In their order.' })
  tasks(@Root() { id }: WorkflowTemplate, @Ctx() { loaders }: Context) {
    return loaders.tasksOfTemplate.load(id);
  }

  @FieldResolver(() => WorkflowPerformance, { nullable: true, description: 'Null where nothing is known of runs.' })
  performance(@Root() { id }: WorkflowTemplate, @Ctx() { loaders }: Context) {
    return loaders.performanceOfTemplate.load(id);
  }
}
