import '../../parts/alert-link.ts';
import { graphql } from '../../api/graphql.ts';
import type { AlertRowFragment } from '../../generated/graphql.ts';

export type AlertRow = AlertRowFragment;

graphql(`
  fragment AlertRow on InventoryAlert {
    ...AlertLink
    id
    cursor
    severity
    status
    title
    message
    createdAt
    acknowledgedAt
    resolvedAt
    resolution
    location {
      id
      name
      timeZone
    }
    acknowledgedBy {
      id
      displayName
    }
    resolvedBy {
      id
      displayName
    }
  }
`);

export const AlertsQuery = graphql(`
  query Alerts($filter: AlertFilter, $first: Int, $after: String) {
    alerts(filter: $filter, first: $first, after: $after) {
      nodes {
        ...AlertRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const AcknowledgeAlert = graphql(`
  mutation AcknowledgeAlert($input: AlertActionInput!) {
    acknowledgeAlert(input: $input) {
      alert {
        ...AlertRow
      }
    }
  }
`);

export const ResolveAlert = graphql(`
  mutation ResolveAlert($input: AlertActionInput!) {
    resolveAlert(input: $input) {
      alert {
        ...AlertRow
      }
    }
  }
`);
