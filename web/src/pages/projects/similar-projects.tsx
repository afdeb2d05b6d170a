import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { words } from '../../format/words.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SimilarProjectsQuery } from './project-documents.ts';

/** Below this two texts have nothing in common that a person would see. */
const least = 0.1;

/** Those whose texts are most alike, the nearest first. */
export function SimilarProjects({ projectId }: { readonly projectId: string }) {
  const [{ data, error }] = useQuery({ query: SimilarProjectsQuery, variables: { projectId } });
  const similar = (data?.similarProjects ?? []).filter(({ similarity }) => similarity >= least);
  return (
    <section>
      <Title order={2} mb="sm">
        Similar projects
      </Title>
      {error !== undefined && <RefusalNote refusal={refusalOf(error)} />}
      {data !== undefined && similar.length === 0 && (
        <Text size="sm" c="dimmed">
          None is alike, or the texts have not been compared yet.
        </Text>
      )}
      <Stack gap={6}>
        {similar.map(({ project, similarity }) => (
          <Group key={project.id} gap="sm" justify="space-between" wrap="nowrap">
            <Anchor component={Link} to={`/projects/${project.id}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
              {project.name}
            </Anchor>
            <Text size="sm" c="dimmed" className="lk-numbers" style={{ whiteSpace: 'nowrap' }}>
              {words(project.status)} · {Math.round(similarity * 100)} % alike
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
