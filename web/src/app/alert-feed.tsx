/**
 * Alerts as they are raised, over the whole dashboard: a toast, a sound if wished, the number in the tab's title. The
 * cursor of the last one seen outlives a broken line and a reload of the tab, so that nothing raised meanwhile is missed.
 */
import { notifications } from '@mantine/notifications';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useQuery } from 'urql';
import { useApi } from '../api/api-context.tsx';
import { graphql } from '../api/graphql.ts';
import type { AlertRaisedSubscription } from '../generated/graphql.ts';
import { withDays } from '../format/dates.ts';
import { everyday, hasOneOf } from './access.ts';
import { usePlace } from './place.tsx';
import { usePerson } from './session.ts';
import { playChime } from './chime.ts';

const AlertRaised = graphql(`
  subscription AlertRaised($after: String) {
    alertRaised(after: $after) {
      id
      cursor
      severity
      status
      title
      message
      location {
        id
        name
      }
    }
  }
`);

const OpenAlerts = graphql(`
  query OpenAlerts($locationId: ID) {
    inventoryOverview(locationId: $locationId) {
      openAlerts
    }
  }
`);

const LastAlert = graphql(`
  query LastAlert {
    alerts(first: 1) {
      nodes {
        cursor
      }
    }
  }
`);

export type RaisedAlert = AlertRaisedSubscription['alertRaised'];

export interface AlertFeed {
  /** Open ones at the chosen location; null until it is known. */
  readonly open: number | null;
  readonly isSoundOn: boolean;
  readonly setSound: (isOn: boolean) => void;
  /** Called with each alert that is raised, rises or is resolved. */
  readonly onAlert: (listener: (alert: RaisedAlert) => void) => () => void;
  /** After this person has acknowledged or resolved one. */
  readonly recount: () => void;
}

const FeedContext = createContext<AlertFeed | null>(null);
const soundKey = 'lotkeeper.sound';
const cursorKey = (userId: string) => `lotkeeper.alerts.${userId}`;

export function AlertFeedProvider({ children }: { readonly children: ReactNode }) {
  const { roles } = usePerson();
  const isOn = hasOneOf(roles, everyday);
  const [listeners] = useState(() => new Set<(alert: RaisedAlert) => void>());
  const [isSoundOn, setIsSoundOn] = useState(() => localStorage.getItem(soundKey) === 'on');
  const { open, recount } = useOpenAlerts(isOn);
  useRaisedAlerts(isOn, (alert) => {
    recount();
    for (const listener of listeners) listener(alert);
    if (alert.status !== 'OPEN') return;
    announce(alert);
    if (isSoundOn) playChime(alert.severity === 'CRITICAL');
  });

  const feed = useMemo<AlertFeed>(
    () => ({
      open,
      isSoundOn,
      recount,
      setSound(next) {
        localStorage.setItem(soundKey, next ? 'on' : 'off');
        setIsSoundOn(next);
        if (next) playChime(false);
      },
      onAlert(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [open, isSoundOn, recount, listeners],
  );
  return <FeedContext value={feed}>{children}</FeedContext>;
}

export function useAlertFeed(): AlertFeed {
  const feed = useContext(FeedContext);
  if (feed === null) throw new Error('No alert feed here');
  return feed;
}

/** Several at once, as after a recall, are one question to the API. */
const recountAfterMs = 300;

function useOpenAlerts(isOn: boolean) {
  const locationId = usePlace().place?.id ?? null;
  const [{ data }, ask] = useQuery({
    query: OpenAlerts,
    variables: { locationId },
    pause: !isOn,
    requestPolicy: 'network-only',
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const recount = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      ask({ requestPolicy: 'network-only' });
    }, recountAfterMs);
  }, [ask]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  return { open: data?.inventoryOverview.openAlerts ?? null, recount };
}

function useRaisedAlerts(isOn: boolean, tell: (alert: RaisedAlert) => void): void {
  const api = useApi();
  const { id } = usePerson();
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  useEffect(() => {
    if (!isOn) return undefined;
    let stop: (() => void) | null = null;
    let isOver = false;
    const follow = async () => {
      const after = sessionStorage.getItem(cursorKey(id)) ?? (await lastCursor(api));
      if (isOver) return;
      const variables = { after };
      stop = api.follow({
        document: AlertRaised,
        variables,
        next({ alertRaised }) {
          // A new connection sends these same variables again: it goes on where this one has got to.
          variables.after = alertRaised.cursor;
          sessionStorage.setItem(cursorKey(id), alertRaised.cursor);
          latest.current(alertRaised);
        },
      });
    };
    void follow();
    return () => {
      isOver = true;
      stop?.();
    };
  }, [api, id, isOn]);
}

/** Whoever comes for the first time sees what there is in the list, and is told what comes from now on. */
async function lastCursor(api: ReturnType<typeof useApi>): Promise<string | null> {
  const { data } = await api.client.query(LastAlert, {}, { requestPolicy: 'network-only' }).toPromise();
  return data?.alerts.nodes[0]?.cursor ?? null;
}

/** On their own page they are in the list already, and a toast would only lie over it. */
function announce({ id, severity, title, message, location }: RaisedAlert): void {
  if (window.location.pathname.startsWith('/alerts')) return;
  // Many a message says where by itself.
  const isPlaced = location === null || message.includes(location.name);
  const colors = { CRITICAL: 'red', WARNING: 'orange', INFO: 'ink' } as const;
  notifications.show({
    id: `alert-${id}`,
    title: withDays(title),
    message: withDays(isPlaced ? message : `${location.name}: ${message}`),
    color: colors[severity],
    autoClose: severity === 'CRITICAL' ? 30_000 : 8_000,
  });
}
