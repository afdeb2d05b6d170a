import { Anchor, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { hasOneOf, patientReaders } from '../../app/access.ts';
import { usePerson } from '../../app/session.ts';
import { instant } from '../../format/dates.ts';
import { duration } from '../../format/duration.ts';
import { patientName } from '../../format/patient-name.ts';
import { words } from '../../format/words.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { ProjectQuery, type Project } from './project-documents.ts';
import classes from './project-panel.module.css';
import { SimilarProjects } from './similar-projects.tsx';

export function ProjectPanel() {
  const { projectId = '' } = useParams();
  const { roles } = usePerson();
  const variables = { id: projectId, withPatient: hasOneOf(roles, patientReaders) };
  const [{ data, error, fetching }] = useQuery({ query: ProjectQuery, variables });
  const project = data?.project ?? null;
  return (
    <SidePanel title={project?.name ?? 'Project'} back="/projects">
      {error !== undefined && <RefusalNote refusal={refusalOf(error)} />}
      {data === undefined && fetching && <Skeleton height={220} aria-label="Loading" />}
      {data !== undefined && project === null && (
        <EmptyState title="No such project">Close this and search for it by name.</EmptyState>
      )}
      {project !== null && <Told project={project} />}
    </SidePanel>
  );
}

function Told({ project }: { readonly project: Project }) {
  const { patient } = project;
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          ['State', words(project.status)],
          ['Kind', project.kind === 'STL' ? project.kind : words(project.kind)],
          ['Begun', instant(project.createdAt)],
          ['Changed', instant(project.updatedAt)],
          ['Version', project.version],
          [
            'Patient',
            patient == null ? null : (
              <Anchor key="patient" component={Link} to={`/patients/${patient.id}`} inherit>
                {patientName(patient)}
              </Anchor>
            ),
          ],
        ]}
      />
      <section>
        <Title order={2} mb="sm">
          Files
        </Title>
        <Files files={project.files} />
      </section>
      <section>
        <Title order={2} mb="sm">
          States
        </Title>
        <States states={project.states} />
      </section>
      <SimilarProjects projectId={project.id} />
    </Stack>
  );
}

function size(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const kilo = bytes / 1_024;
  return kilo < 1_024 ? `${kilo.toFixed(0)} KiB` : `${(kilo / 1_024).toFixed(1)} MiB`;
}

function Files({ files }: Pick<Project, 'files'>) {
  if (files.length === 0) return <Nothing>No files.</Nothing>;
  return (
    <table className={classes.files} aria-label="Files">
      <thead>
        <tr>
          <th scope="col">Path</th>
          <th scope="col">Version</th>
          <th scope="col">Size</th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ path, version, bytes, checksum, url }) => (
          <tr key={`${path} ${version}`}>
            <td title={checksum === null ? undefined : `SHA-256 ${checksum}`}>
              {url?.startsWith('https://') === true ? (
                <Anchor href={url} inherit>
                  {path}
                </Anchor>
              ) : (
                path
              )}
            </td>
            <td>{version}</td>
            <td>{checksum === null ? 'Missing' : bytes === null ? '2 GiB or more' : size(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function States({ states }: Pick<Project, 'states'>) {
  if (states.length === 0) return <Nothing>No states are known.</Nothing>;
  return (
    <ol className={classes.states} aria-label="States, in their order">
      {states.map(({ id, state, instruction, enteredAt, leftAt, durationSeconds, changedBy }) => (
        <li key={id} data-now={leftAt === null}>
          <Text size="sm" fw={550}>
            {words(state)}
          </Text>
          <Text size="xs" c="dimmed">
            {instant(enteredAt)}
            {changedBy === null ? '' : ` by ${changedBy.displayName}`}
            {durationSeconds === null ? ', still in it' : `, for ${duration(durationSeconds)}`}
          </Text>
          {instruction !== null && <Text size="sm">{instruction}</Text>}
        </li>
      ))}
    </ol>
  );
}

function Nothing({ children }: { readonly children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
