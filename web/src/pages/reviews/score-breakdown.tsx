import { Text } from '@mantine/core';
import classes from './score-breakdown.module.css';
import type { ReviewRow } from './review-documents.ts';
import { ruleName } from './rule-names.ts';

const most = 100;

/** Why the score is what it is: each rule, what it adds, and what it saw. */
export function ScoreBreakdown({ row: { flags, riskScore, event } }: { readonly row: ReviewRow }) {
  const sum = flags.reduce((all, { points }) => all + points, 0);
  return (
    <>
      <ul className={classes.rules} aria-label="Rules that applied">
        {flags
          .toSorted((a, b) => b.points - a.points)
          .map(({ rule, points, evidence }) => (
            <li key={rule}>
              <div className={classes.line}>
                <strong>{ruleName(rule)}</strong>
                <span className={classes.points}>+{points}</span>
              </div>
              <div className={classes.track} aria-hidden>
                <span style={{ width: `${points}%` }} />
              </div>
              <Text size="sm" c="dimmed">
                {inWords(evidence)}
              </Text>
            </li>
          ))}
      </ul>
      <Text size="sm" mt="sm">
        {sum > most ? `Together ${sum} points, of which ${most} count.` : `Together ${riskScore} of ${most} points.`}{' '}
        <Text component="span" c="dimmed" inherit>
          Risk model {event.riskModelVersion}.
        </Text>
      </Text>
    </>
  );
}

/** The API tells the age group by its constant. */
function inWords(evidence: string): string {
  return evidence.replaceAll(/\b(?:NEONATE|INFANT|CHILD|ADOLESCENT|ADULT|ELDERLY)\b/g, (group) => group.toLowerCase());
}
