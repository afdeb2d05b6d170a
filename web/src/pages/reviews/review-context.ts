import { useOutletContext } from 'react-router';
import type { ShownList } from '../../api/use-paged-list.ts';
import type { ReviewRow } from './review-documents.ts';

/** The queue beside the panel: one alert has no query of its own. */
export function useReviewList(): ShownList<ReviewRow> {
  return useOutletContext<ShownList<ReviewRow>>();
}
