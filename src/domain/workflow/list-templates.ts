/** Templates of an older system's workflow, with their tasks and what came of their runs. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { WorkflowPerformance } from '../../entities/workflow-performance.ts';
import { WorkflowTemplateTask } from '../../entities/workflow-template-task.ts';
import { WorkflowTemplate } from '../../entities/workflow-template.ts';

/** By name, at most 1,000. */
export async function listTemplates(db: DataSource): Promise<WorkflowTemplate[]> {
  return read<WorkflowTemplate>(
    db,
    `SELECT ${columnsOf(WorkflowTemplate, 't')} FROM workflow.workflow_template t ORDER BY t.name, t.id LIMIT 1000`,
  );
}

export async function tasksOfTemplates(
  db: DataSource,
  templateIds: readonly string[],
): Promise<WorkflowTemplateTask[]> {
  return read<WorkflowTemplateTask>(
    db,
    `SELECT ${columnsOf(WorkflowTemplateTask, 't')} FROM workflow.workflow_template_task t
     WHERE t.template_id = ANY($1::uuid[]) ORDER BY t.position`,
    [templateIds],
  );
}

export async function performanceOfTemplates(
  db: DataSource,
  templateIds: readonly string[],
): Promise<WorkflowPerformance[]> {
  return read<WorkflowPerformance>(
    db,
    `SELECT ${columnsOf(WorkflowPerformance, 'p')} FROM workflow.workflow_performance p WHERE p.template_id = ANY($1::uuid[])`,
    [templateIds],
  );
}
