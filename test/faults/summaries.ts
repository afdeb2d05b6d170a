/** Daily summaries held against a count of the events, written without the product's own. */
import type { TestClinic } from '../clinic.ts';

/** Of every day that has events or a summary. */
export async function wrongSummaries(clinic: TestClinic): Promise<string[]> {
  const rows = await clinic.all<{ day: string; kept: string; counted: string }>(
    `SELECT date::text AS day, coalesce(s.kept, 'none') AS kept, coalesce(e.counted, '0 events of 0 visits, 0 seconds') AS counted
     FROM (SELECT pharmacy_id, local_date AS date, format('%s events of %s visits, %s seconds', count(*), count(DISTINCT encounter_id),
             coalesce((SELECT sum(longest) FROM (SELECT max(v.dispensing_seconds) AS longest FROM dpap.dispensing_event v
               WHERE v.pharmacy_id = e.pharmacy_id AND v.local_date = e.local_date GROUP BY v.encounter_id) AS each), 0)) AS counted
           FROM dpap.dispensing_event e WHERE id NOT IN (SELECT event_id FROM dpap.event_reversal) GROUP BY pharmacy_id, local_date) e
     FULL JOIN (SELECT pharmacy_id, date, format('%s events of %s visits, %s seconds', total_prescriptions + total_otc, encounters, dispensing_seconds) AS kept
           FROM dpap.daily_summary_cache) s USING (pharmacy_id, date)
     WHERE s.kept IS DISTINCT FROM e.counted`,
  );
  return rows.map(({ day, kept, counted }) => `the summary of ${day} says ${kept}, there are ${counted}`);
}
