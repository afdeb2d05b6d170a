import { Skeleton, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../api/graphql.ts';
import { useAlertFeed } from '../../app/alert-feed.tsx';
import { usePlace } from '../../app/place.tsx';
import { ago } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import { Sign } from '../../parts/sign.tsx';
import classes from './latest-alerts.module.css';

const LatestAlertsQuery = graphql(`
  query LatestAlerts($filter: AlertFilter) {
    alerts(filter: $filter, first: 6) {
      nodes {
        id
        title
        severity
        createdAt
        location {
          id
          name
        }
      }
    }
  }
`);

const tones = { CRITICAL: 'bad', WARNING: 'warn', INFO: 'calm' } as const;

export function LatestAlerts() {
  const locationId = usePlace().place?.id ?? null;
  const { onAlert } = useAlertFeed();
  const [{ data }, ask] = useQuery({
    query: LatestAlertsQuery,
    variables: { filter: { locationId, status: ['OPEN'] } },
  });
  useEffect(
    () =>
      onAlert(() => {
        ask({ requestPolicy: 'network-only' });
      }),
    [onAlert, ask],
  );
  if (data === undefined) return <Skeleton height={180} data-loading />;
  if (data.alerts.nodes.length === 0) return <Text c="dimmed">Nothing to see to.</Text>;
  return (
    <ul className={classes.list}>
      {data.alerts.nodes.map(({ id, title, severity, createdAt, location }) => (
        <li key={id}>
          <Sign tone={tones[severity]}>{words(severity)}</Sign>
          <span className={classes.title}>{title}</span>
          <Text size="xs" c="dimmed" component="span">
            {location === null ? '' : `${location.name} · `}
            {ago(createdAt)}
          </Text>
        </li>
      ))}
    </ul>
  );
}
