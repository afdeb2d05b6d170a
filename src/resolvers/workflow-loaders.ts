/** Loaders of migrated records. They belong to the organisation. */
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { duplicatesById } from '../domain/people/list-duplicates.ts';
import { filesOfProjects, projectsById, statesOfProjects } from '../domain/workflow/list-projects.ts';
import { performanceOfTemplates, tasksOfTemplates } from '../domain/workflow/list-templates.ts';
import type { DuplicateCandidate } from '../entities/duplicate-candidate.ts';
import type { InstructionState } from '../entities/instruction-state.ts';
import type { ProjectFile } from '../entities/project-file.ts';
import type { Project } from '../entities/project.ts';
import type { WorkflowPerformance } from '../entities/workflow-performance.ts';
import type { WorkflowTemplateTask } from '../entities/workflow-template-task.ts';
import { byId, lists } from './loader-kinds.ts';

export function workflowLoaders(db: DataSource) {
  return {
    duplicateCandidates: byId<DuplicateCandidate>((ids) => duplicatesById(db, ids)),
    projects: byId<Project>((ids) => projectsById(db, ids)),
    filesOfProject: lists(
      (row: ProjectFile) => row.projectId,
      (ids) => filesOfProjects(db, ids),
    ),
    statesOfProject: lists(
      (row: InstructionState) => row.projectId,
      (ids) => statesOfProjects(db, ids),
    ),
    tasksOfTemplate: lists(
      (row: WorkflowTemplateTask) => row.templateId,
      (ids) => tasksOfTemplates(db, ids),
    ),
    performanceOfTemplate: new DataLoader<string, WorkflowPerformance | null>(async (ids) => {
      const found = new Map((await performanceOfTemplates(db, ids)).map((each) => [each.templateId, each]));
      return ids.map((id) => found.get(id) ?? null);
    }),
  };
}
