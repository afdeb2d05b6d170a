import { graphql } from '../../api/graphql.ts';
import type { ProjectQuery as Answer, ProjectRowFragment } from '../../generated/graphql.ts';

export type ProjectRow = ProjectRowFragment;
export type Project = NonNullable<Answer['project']>;

graphql(`
  fragment ProjectRow on Project {
    id
    name
    kind
    status
    createdAt
    updatedAt
    version
  }
`);

export const ProjectsQuery = graphql(`
  query Projects($search: String, $status: String, $first: Int, $after: String) {
    projects(search: $search, status: $status, first: $first, after: $after) {
      nodes {
        ...ProjectRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const ProjectQuery = graphql(`
  query Project($id: ID!, $withPatient: Boolean!) {
    project(id: $id) {
      ...ProjectRow
      patient @include(if: $withPatient) {
        id
        firstName
        lastName
      }
      files {
        path
        kind
        version
        bytes
        checksum
        url
      }
      states {
        id
        state
        instruction
        enteredAt
        leftAt
        durationSeconds
        changedBy {
          id
          displayName
        }
      }
    }
  }
`);

export const SimilarProjectsQuery = graphql(`
  query SimilarProjects($projectId: ID) {
    similarProjects(projectId: $projectId, first: 5) {
      similarity
      project {
        ...ProjectRow
      }
    }
  }
`);

export const StatesQuery = graphql(`
  query ProjectStates {
    stateAnalytics {
      state
      transitions
    }
  }
`);
