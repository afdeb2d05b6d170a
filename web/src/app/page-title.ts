import { useEffect } from 'react';
import { useAlertFeed } from './alert-feed.tsx';

/** "(3) Stock · Lotkeeper": the tab tells of open alerts while one works elsewhere. */
export function usePageTitle(title: string): void {
  const { open } = useAlertFeed();
  useEffect(() => {
    const badge = open === null || open === 0 ? '' : `(${open}) `;
    document.title = `${badge}${title} · Lotkeeper`;
  }, [title, open]);
}
