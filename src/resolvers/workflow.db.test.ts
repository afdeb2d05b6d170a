import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { answer, ask, walk } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';
import { askedFor, countStatements } from '../../test/count-statements.ts';
import { aDuplicate, aProject } from '../../test/migrated.ts';
import { cosine } from '../domain/workflow/embedding-provider.ts';
import { localEmbeddings } from '../domain/workflow/local-embeddings.ts';

const names = [
  'Upper jaw, bridge of four',
  'Upper jaw, bridge of three',
  'Lower jaw, crown',
  'Night guard',
  '50 % scan_of a palate',
];
let clinic: TestClinic;
let technician: Actor;
let provider: Actor;
let patientId: string;
const projectIds: string[] = [];
beforeAll(async () => {
  clinic = await TestClinic.open();
  technician = await clinic.actor(['TECHNICIAN']);
  provider = await clinic.actor(['PROVIDER']);
  patientId = await clinic.patient();
  for (const [i, name] of names.entries()) {
    const states = ['new', 'printed', 'sent'].slice(0, i + 1);
    const status = i === 4 ? 'done' : 'open';
    projectIds.push(
      await aProject(clinic, { name, status, states, patientId, createdAt: `2024-05-0${(i % 3) + 1}T08:00:00Z` }),
    );
  }
  await clinic.owner.query('SELECT workflow.recount_states()');
});
afterAll(() => clinic.close());

test('projects are walked, the last begun first, found by a part of the name and by status', async () => {
  const source = `query ($search: String, $status: String, $first: Int, $after: String) {
    page: projects(search: $search, status: $status, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const wanted = await clinic.all<{ id: string }>('SELECT id FROM workflow.project ORDER BY created_at DESC, id DESC');
  for (const first of [1, 2, 200]) expect(await walk(clinic, technician, source, first)).toEqual(wanted);
  const found = async (filter: object) => (await walk(clinic, technician, source, 200, { ...filter })).length;
  expect([
    await found({ search: 'UPPER jaw' }),
    await found({ search: '%' }),
    await found({ search: '_' }),
    await found({ status: 'open' }),
    await found({ search: 'jaw', status: 'done' }),
    await found({ search: ' ' }),
  ]).toEqual([2, 1, 1, 4, 0, 5]);
});

test('a list of projects with all that belongs to them takes a handful of statements', async () => {
  const source = `{ projects { nodes { id patient { id } files { path } states { state project { name } changedBy { displayName } } } } }`;
  const { result, statements } = await countStatements(() => answer<{ projects: object }>(clinic, provider, source));
  expect(JSON.stringify(result)).toContain('palate');
  // The page, patients, files, states; the projects of the states.
  expect(askedFor(statements)).toHaveLength(5);
});

test('a project tells its files, also one that is missing or too large to count, and how long it was in each state', async () => {
  const source = `query ($id: ID!) { project(id: $id) { name kind status version createdAt
    files { path kind version bytes checksum url } states { state previousState enteredAt leftAt durationSeconds } } }`;
  const { project } = await answer<{ project: object }>(clinic, technician, source, { id: projectIds[2] });
  const file = { path: 'upper.stl', kind: 'STL' };
  const states = [
    { state: 'new', previousState: null, durationSeconds: 3600 },
    { state: 'printed', previousState: 'new', durationSeconds: 3600 },
    { state: 'sent', previousState: 'printed', leftAt: null, durationSeconds: null },
  ];
  expect(project).toMatchObject({
    ...{ name: 'Lower jaw, crown', kind: 'STL', status: 'open', version: 2 },
    files: [
      { ...file, version: 2, bytes: null, checksum: null, url: null },
      { ...file, version: 1, bytes: 84, checksum: 'a'.repeat(64), url: 'file:///store/upper.stl' },
    ],
    states,
  });
  for (const id of ['none', clinic.locationId])
    expect(await answer(clinic, technician, '{ project(id: "' + id + '") { id } }')).toEqual({ project: null });
});

test('the patient of a project is for who may see patients, and each read is told', async () => {
  const source = '{ projects(first: 1) { nodes { patient { id lastName } } } }';
  const seen = await ask(clinic, provider, source);
  expect([seen.errors, seen.patientsRead]).toEqual([[], [patientId]]);
  const refused = await ask(clinic, technician, source);
  expect([refused.errors, refused.patientsRead]).toEqual([['FORBIDDEN projects.nodes.0.patient.lastName'], []]);
});

test('states are counted: how often entered, and how long those took that were left', async () => {
  const source = '{ stateAnalytics { state transitions averageSeconds p95Seconds } }';
  expect(await answer(clinic, technician, source)).toEqual({
    stateAnalytics: [
      { state: 'new', transitions: 5, averageSeconds: 3600, p95Seconds: 3600 },
      { state: 'printed', transitions: 4, averageSeconds: 3600, p95Seconds: 3600 },
      { state: 'sent', transitions: 3, averageSeconds: 0, p95Seconds: 0 },
    ],
  });
});

test('similar projects are those that going through all of them by hand finds, of one model', async () => {
  await clinic.owner.query(
    `INSERT INTO workflow.project_embedding (project_id, model, dimensions, vector, text_hash, created_at)
     SELECT $1, 'another', 2, '{1,0}', sha256(''), now() - interval '1 day'`,
    [projectIds[3]],
  );
  const vectors = (await localEmbeddings.embed(names)).flatMap((each) => ('vector' in each ? [each.vector] : []));
  const byHand = (to: readonly number[]) =>
    names
      .map((name, i) => ({ project: { name }, similarity: cosine(vectors[i] ?? [], to) }))
      .sort((a, b) => b.similarity - a.similarity);
  const source = `query ($text: String, $projectId: ID, $first: Int) {
    similarProjects(text: $text, projectId: $projectId, first: $first) { similarity project { name } } }`;
  const similar = async (to: object) =>
    (
      await answer<{ similarProjects: { project: { name: string }; similarity: number }[] }>(
        clinic,
        technician,
        source,
        {
          ...to,
        },
      )
    ).similarProjects;

  const [asked] = await localEmbeddings.embed(['brigde of the uper jaw']);
  if (asked === undefined || !('vector' in asked)) throw new Error('It has letters');
  const rounded = (all: readonly { project: object; similarity: number }[]) =>
    all.map(({ project, similarity }) => ({ project, similarity: Math.round(similarity * 1e5) / 1e5 }));
  const found = await similar({ text: 'brigde of the uper jaw' });
  expect(rounded(found)).toEqual(rounded(byHand(asked.vector)));
  expect(found[0]?.project.name).toMatch(/^Upper jaw/);
  expect(await similar({ text: 'Night guard', first: 1 })).toEqual([
    { project: { name: 'Night guard' }, similarity: expect.closeTo(1, 5) as number },
  ]);
  expect(rounded(await similar({ projectId: projectIds[0], first: 2 }))).toEqual(
    rounded(byHand(vectors[0] ?? []).slice(1, 3)),
  );
  expect(await similar({ projectId: clinic.locationId })).toEqual([]);
  for (const wrong of [
    {},
    { text: 'a', projectId: projectIds[0] },
    { text: '?!' },
    { projectId: 'x' },
    { text: 'a', first: 0 },
    { text: 'a', first: 101 },
  ]) {
    const { errors } = await ask(clinic, technician, source, wrong);
    expect(errors, JSON.stringify(wrong)).toEqual(['BAD_USER_INPUT similarProjects']);
  }
});

test('templates have their tasks in order and what came of their runs, in three statements', async () => {
  await clinic.owner.query(
    `WITH template AS (
       INSERT INTO workflow.workflow_template (id, name, updated_at) VALUES (gen_random_uuid(), 'Bridge', now()), (gen_random_uuid(), 'Crown', now()) RETURNING id, name),
     task AS (
       INSERT INTO workflow.workflow_template_task (id, template_id, position, name, role, expected_minutes)
       SELECT gen_random_uuid(), t.id, n, 'Task ' || n, 'technician', nullif(n, 2) * 10 FROM template t, generate_series(2, 1, -1) AS n WHERE t.name = 'Bridge')
     INSERT INTO workflow.workflow_performance (template_id, runs, completed_runs, average_minutes, on_time_rate) SELECT id, 4, 3, 95.5, 0.75 FROM template WHERE name = 'Bridge'`,
  );
  const source =
    '{ workflowTemplates { name tasks { position name role expectedMinutes } performance { runs completedRuns averageMinutes onTimeRate } } }';
  const { result, statements } = await countStatements(() => answer(clinic, technician, source));
  expect(result).toEqual({
    workflowTemplates: [
      {
        name: 'Bridge',
        tasks: [
          { position: 1, name: 'Task 1', role: 'technician', expectedMinutes: 10 },
          { position: 2, name: 'Task 2', role: 'technician', expectedMinutes: null },
        ],
        performance: { runs: 4, completedRuns: 3, averageMinutes: 95.5, onTimeRate: 0.75 },
      },
      { name: 'Crown', tasks: [], performance: null },
    ],
  });
  expect(askedFor(statements)).toHaveLength(3);
});

test('runs of migrations are told to an ADMIN, the last first', async () => {
  await clinic.owner.query(
    `INSERT INTO ops.migration_run (id, source, type, status, phase, started_at, finished_at, counts, error)
     VALUES (gen_random_uuid(), 'mdw', 'full', 'FAILED', 'extraction', '2024-05-01Z', '2024-05-01T01:00:00Z', '{"people.patient": {"read": 3}}', 'dispatch_state is gone'),
       (gen_random_uuid(), 'mdw', 'full', 'RUNNING', 'extraction', '2024-05-02Z', NULL, '{}', NULL)`,
  );
  const admin = await clinic.actor(['ADMIN']);
  const source = '{ migrationRuns { source type dryRun status phase startedAt finishedAt counts error } }';
  const { migrationRuns } = await answer<{ migrationRuns: object[] }>(clinic, admin, source);
  expect(migrationRuns).toMatchObject([
    { status: 'RUNNING', finishedAt: null },
    { status: 'FAILED', dryRun: false, counts: { 'people.patient': { read: 3 } }, error: 'dispatch_state is gone' },
  ]);
});

test('duplicates are walked, the surest first; a pair that other merges have made one record does not wait', async () => {
  const people: string[] = [];
  for (let i = 0; i < 4; i += 1) people.push(await clinic.patient());
  const [a = '', b = '', c = '', d = ''] = people;
  const all = [
    await aDuplicate(clinic, a, b, 0.8),
    await aDuplicate(clinic, b, c, 0.9),
    await aDuplicate(clinic, c, d, 0.9),
    await aDuplicate(clinic, a, d, 0.75),
  ];
  const source = `query ($status: DuplicateStatus, $first: Int, $after: String) {
    page: duplicateCandidates(status: $status, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const [ab, bc, cd, ad] = all.map((id) => ({ id }));
  const surest = [cd, bc, ab, ad];
  for (const first of [1, 3, 200]) expect(await walk(clinic, provider, source, first)).toEqual(surest);
  await clinic.owner.query('UPDATE people.patient SET merged_into = $1 WHERE id = ANY($2)', [a, [b]]);
  expect(await walk(clinic, provider, source, 200, { status: 'PENDING' })).toEqual([cd, bc, ad]);
  expect(await walk(clinic, provider, source, 200, { status: 'DISMISSED' })).toEqual([]);

  const whole = `{ duplicateCandidates { nodes { status confidence evidence left { id lastName } right { id lastName } decidedBy { id } decidedAt } } }`;
  const { result, statements } = await countStatements(() => ask(clinic, provider, whole));
  expect(result.errors).toEqual([]);
  expect(new Set(result.patientsRead)).toEqual(new Set(people));
  expect(askedFor(statements)).toHaveLength(2);
});
