import { useOutletContext } from 'react-router';

/** The list beside the panel reads itself anew. */
export function useListReload(): () => Promise<void> {
  return useOutletContext<() => Promise<void>>();
}
