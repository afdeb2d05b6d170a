/** What the demo has of an older system: projects with files, states and vectors, templates, and pairs of patients that may be one. */
import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { localEmbeddings } from '../domain/workflow/local-embeddings.ts';
import type { DemoPatient } from './demo-people.ts';
import { insertRows } from './insert-rows.ts';
import type { Random } from './random.ts';

const works = ['Bridge of four, upper jaw', 'Crown, lower molar', 'Night guard', 'Surgical guide, two implants'];
const details = ['left', 'right', 'front', 'second try', 'for the other clinic', 'urgent'];
const kinds = ['STL', 'SCAN', 'MODEL'] as const;
const steps = ['received', 'designed', 'printed', 'finished', 'delivered'];
const projects = 24;
const hour = 3_600_000;

export async function writeProjects(
  client: ClientBase,
  random: Random,
  people: readonly DemoPatient[],
  users: readonly { readonly id: string }[],
  now: Date,
): Promise<void> {
  for (let nth = 0; nth < projects; nth += 1) await writeProject(client, random, nth, { people, users, now });
  await client.query('SELECT workflow.recount_states()');
  await writeTemplates(client, random, now);
  await writeDuplicates(client, random, people, now);
}

interface Demo {
  readonly people: readonly DemoPatient[];
  readonly users: readonly { readonly id: string }[];
  readonly now: Date;
}

async function writeProject(
  client: ClientBase,
  random: Random,
  nth: number,
  { people, users, now }: Demo,
): Promise<void> {
  const begun = now.getTime() - (projects - nth) * 60 * hour;
  const id = random.uuid(begun);
  const name = `${random.pick(works)}, ${random.pick(details)}`;
  const entered: { readonly state: string; readonly at: number }[] = [];
  for (let at = begun; at < now.getTime() && entered.length < steps.length; at += random.between(2, 72) * hour) {
    entered.push({ state: steps[entered.length] ?? '', at });
  }
  const [version, kind] = [random.between(1, 3), random.pick(kinds)];
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  const last = entered.at(-1);
  await insertRows(client, 'workflow.project', projectColumns, [
    {
      id,
      name,
      kind,
      version,
      status: last?.state,
      patient_id: random.pick(people).id,
      created_at: time(begun),
      updated_at: time(last?.at),
    },
  ]);
  const path = `projects/${String(nth + 1)}/${kind.toLowerCase()}.stl`;
  const files = Array.from({ length: version }, (_, index) => ({
    ...{
      id: random.uuid(begun),
      project_id: id,
      path,
      kind,
      version: index + 1,
      bytes: random.between(80_000, 9_000_000),
    },
    ...{ checksum: sha256(`${path} ${String(index)}`).toString('hex'), url: `file:///var/lib/lotkeeper/files/${path}` },
  }));
  await insertRows(client, 'workflow.project_file', fileColumns, files);
  const states = entered.map(({ state, at }, index) => ({
    ...{ id: random.uuid(at), project_id: id, state, entered_at: time(at), left_at: time(entered[index + 1]?.at) },
    ...{ previous_state: entered[index - 1]?.state ?? null, changed_by: random.pick(users).id },
  }));
  await insertRows(client, 'workflow.instruction_state', stateColumns, states);
  const [outcome] = await localEmbeddings.embed([name]);
  if (outcome === undefined || !('vector' in outcome)) throw new Error('A name of the demo has no letters');
  await client.query(
    `INSERT INTO workflow.project_embedding (project_id, model, dimensions, vector, text_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, localEmbeddings.model, outcome.vector.length, outcome.vector, sha256(name), now],
  );
}

async function writeTemplates(client: ClientBase, random: Random, now: Date): Promise<void> {
  const at = now.getTime() - 90 * 24 * hour;
  for (const name of ['Bridge', 'Crown', 'Guard']) {
    const id = random.uuid(at);
    const template = { id, name, state: steps[0], updated_at: new Date(at).toISOString() };
    await insertRows(client, 'workflow.workflow_template', templateColumns, [template]);
    const tasks = ['Scan', 'Design', 'Print', 'Finish'].map((task, index) => ({
      ...{ id: random.uuid(at), template_id: id, position: index + 1, name: task },
      ...{ role: index === 1 ? 'designer' : 'technician', expected_minutes: 15 * random.between(1, 8) },
    }));
    await insertRows(client, 'workflow.workflow_template_task', taskColumns, tasks);
    const runs = random.between(20, 60);
    await client.query('INSERT INTO workflow.workflow_performance VALUES ($1, $2, $3, $4, $5)', [
      ...[id, runs, runs - random.between(0, 5), 60 * random.between(3, 9), random.between(70, 98) / 100],
    ]);
  }
}

/** One name misspelt, one with first and last name exchanged. */
async function writeDuplicates(
  client: ClientBase,
  random: Random,
  people: readonly DemoPatient[],
  now: Date,
): Promise<void> {
  const spoilt: readonly [number, number, (of: DemoPatient) => object, object][] = [
    [
      3,
      0.91,
      ({ first_name, last_name }) => ({ first_name: `${first_name}e`, last_name }),
      { firstName: 0.94, lastName: 1, birthDate: 1 },
    ],
    [7, 0.83, (of) => ({ first_name: of.last_name, last_name: of.first_name }), { namesExchanged: 1, birthDate: 1 }],
  ];
  for (const [index, confidence, names, evidence] of spoilt) {
    const known = people[index];
    if (known === undefined) throw new Error('The demo has too few patients');
    const id = random.uuid(now.getTime());
    const [birth_date, sex] = [known.birth_date, known.sex];
    await insertRows(client, 'people.patient', patientColumns, [{ id, ...names(known), birth_date, sex }]);
    await client.query(
      `INSERT INTO people.duplicate_candidate (id, left_id, right_id, confidence, evidence, created_at)
       VALUES ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), $4, $5, $6)`,
      [random.uuid(now.getTime()), known.id, id, confidence, JSON.stringify(evidence), now],
    );
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

const patientColumns = { id: 'uuid', first_name: 'text', last_name: 'text', birth_date: 'date', sex: 'text' };
const projectColumns = {
  ...{
    id: 'uuid',
    name: 'text',
    kind: 'workflow.project_kind',
    version: 'integer',
    status: 'text',
    patient_id: 'uuid',
  },
  ...{ created_at: 'timestamptz', updated_at: 'timestamptz' },
};
const fileColumns = {
  ...{ id: 'uuid', project_id: 'uuid', path: 'text', kind: 'workflow.project_kind', version: 'integer' },
  ...{ bytes: 'bigint', checksum: 'text', url: 'text' },
};
const stateColumns = {
  ...{ id: 'uuid', project_id: 'uuid', state: 'text', previous_state: 'text', changed_by: 'uuid' },
  ...{ entered_at: 'timestamptz', left_at: 'timestamptz' },
};
const templateColumns = { id: 'uuid', name: 'text', state: 'text', updated_at: 'timestamptz' };
const taskColumns = {
  ...{ id: 'uuid', template_id: 'uuid', position: 'integer', name: 'text', role: 'text', expected_minutes: 'integer' },
};
