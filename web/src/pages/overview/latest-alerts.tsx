import { Skeleton, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { graphql } from '../../api/graphql.ts';
import type { LatestAlertsQuery as Answer } from '../../generated/graphql.ts';
import { useAlertFeed } from '../../app/alert-feed.tsx';
import { usePlace } from '../../app/place.tsx';
import { ago, withDays } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import { alertLink } from '../../parts/alert-link.ts';
import { Sign } from '../../parts/sign.tsx';
import classes from './latest-alerts.module.css';

const LatestAlertsQuery = graphql(`
  query LatestAlerts($filter: AlertFilter) {
    alerts(filter: $filter, first: 6) {
      nodes {
        ...AlertLink
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

type Alert = Answer['alerts']['nodes'][number];

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
      {data.alerts.nodes.map((alert) => (
        <li key={alert.id}>
          <Sign tone={tones[alert.severity]}>{words(alert.severity)}</Sign>
          <Told alert={alert} />
          <Text size="xs" c="dimmed" component="span">
            {alert.location === null ? '' : `${alert.location.name} · `}
            {ago(alert.createdAt)}
          </Text>
        </li>
      ))}
    </ul>
  );
}

function Told({ alert }: { readonly alert: Alert }) {
  const link = alertLink(alert);
  if (link === null) return <span className={classes.title}>{withDays(alert.title)}</span>;
  return (
    <Link to={link} className={classes.title}>
      {withDays(alert.title)}
    </Link>
  );
}
