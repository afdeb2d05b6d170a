import { graphql } from '../../api/graphql.ts';
import type { AuditRowFragment } from '../../generated/graphql.ts';

export type AuditRow = AuditRowFragment;

graphql(`
  fragment AuditRow on AuditEntry {
    id
    action
    entity
    entityId
    occurredAt
    reason
    requestId
    sealed
    before
    after
    actor {
      id
      displayName
    }
    user {
      id
      displayName
    }
  }
`);

export const AuditQuery = graphql(`
  query AuditTrail(
    $entity: String
    $entityId: ID
    $actorId: ID
    $from: DateTime
    $to: DateTime
    $first: Int
    $after: String
  ) {
    auditTrail(
      entity: $entity
      entityId: $entityId
      actorId: $actorId
      from: $from
      to: $to
      first: $first
      after: $after
    ) {
      nodes {
        ...AuditRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
