/** A Django system for 3D work and its patients: what is read of it, and in which order it becomes ours. */
import type { LegacySource } from '../source.ts';
import { files, projects } from './mdw-projects.ts';
import { accounts, patients } from './mdw-people.ts';
import { states } from './mdw-states.ts';
import { performance, tasks, templates } from './mdw-templates.ts';

export const mdw: LegacySource = {
  name: 'mdw',
  tables: [
    {
      name: 'auth_user',
      key: 'id',
      required: ['id', 'first_name', 'last_name', 'email'],
      optional: {
        username: 'accounts without name and address are called after their number',
        is_active: 'not needed: accounts that are brought in are inactive',
        date_joined: 'patients are as old as their last change, accounts as this run',
      },
      changedAt: null,
      partOf: { table: 'dispatch_patient', column: 'user_id' },
    },
    {
      name: 'dispatch_patient',
      key: 'id',
      required: ['id', 'user_id', 'birthdate', 'sex', 'updated_at'],
      optional: {},
      changedAt: 'updated_at',
      follows: { column: 'user_id', table: 'auth_user' },
    },
    {
      name: 'dispatch_project',
      key: 'id',
      required: ['id', 'name'],
      optional: {
        patient_id: 'projects belong to no patient',
        kind: 'told from the endings of the files, else OTHER',
        status: 'unknown',
        version: '1',
        files: 'projects have no files',
        notes: 'none',
        created_at: 'the last change, else the beginning of this run',
        updated_at: 'when it was made, else the beginning of this run; every row is read and compared by content',
      },
      changedAt: 'updated_at',
    },
    {
      name: 'dispatch_state',
      key: 'id',
      required: ['id'],
      optional: {
        project_id: 'a state without a project is refused',
        name: 'unknown',
        instruction: 'none',
        changed_by_id: 'nobody',
        created_at: 'the last change, else when the project was made',
        updated_at: 'every row is read and compared by content',
      },
      changedAt: 'updated_at',
    },
    {
      name: 'dispatch_template',
      key: 'id',
      required: ['id', 'name'],
      optional: {
        body: 'none',
        tasks: 'templates have no tasks',
        state_id: 'none',
        updated_at: 'the beginning of this run; every row is read and compared by content',
        runs: 'templates have no figures',
        completed_runs: '0',
        average_minutes: 'unknown',
        on_time_rate: 'unknown',
      },
      changedAt: 'updated_at',
    },
  ],
  afterWriting: 'SELECT workflow.recount_states()',
  derived: [{ table: 'workflow.project_embedding', column: 'project_id', of: 'workflow.project' }],
  nothingFor: { dispatch_patient: ['phone', 'address', 'insurance_info'] },
  codes: { kind: ['STL', 'SCAN', 'MODEL', 'OTHER'], file_ending: ['STL', 'SCAN', 'MODEL', 'OTHER'] },
  steps: [accounts, patients, projects, files, states, templates, tasks, performance],
};
