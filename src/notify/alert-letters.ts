/** What mails say of alerts. No patient data: alerts have none. Pure. */
import type { AlertNews } from '../domain/deliveries/read-news.ts';
import type { OpenAlert } from '../domain/deliveries/read-open-alerts.ts';
import { groupBy } from '../domain/group-by.ts';
import type { AlertSeverity } from '../schema/enums.ts';
import { letter, type Letter, type Section } from './letter.ts';

const mostInOneMail = 100;
const organisation = 'The whole organisation';

/** One that is or became critical, or several that came within a minute. */
export function urgentLetter(news: readonly AlertNews[]): Letter {
  const [first] = news;
  const subject = news.length === 1 ? `[CRITICAL] ${first?.title ?? ''}` : `[CRITICAL] ${news.length} alerts`;
  const sections = [...groupBy(news.slice(0, mostInOneMail), ({ location }) => location?.name ?? organisation)];
  return letter(subject, [
    ...sections.map(([heading, group]) => ({
      heading,
      points: group.map(({ title, message }) => ({ title, more: message })),
    })),
    ...rest(news.length - mostInOneMail),
  ]);
}

const severities: readonly AlertSeverity[] = ['CRITICAL', 'WARNING', 'INFO'];

/** What is open, by place and severity. */
export function digestLetter(day: string, open: readonly OpenAlert[]): Letter {
  const groups = [...groupBy(open, ({ place, severity }) => `${place ?? organisation}: ${severity}`)];
  const counts = severities.map((severity) => ({
    severity,
    count: groups.reduce((sum, [, [first]]) => sum + (first?.severity === severity ? first.ofThese : 0), 0),
  }));
  const counted = counts
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity.toLowerCase()}`);
  if (counted.length === 0)
    return letter(`Alerts on ${day}: nothing is open`, [{ heading: 'Nothing is open any more.', points: [] }]);
  return letter(
    `Alerts on ${day}: ${counted.join(', ')}`,
    groups.map(([heading, group]) => {
      const all = group[0]?.ofThese ?? 0;
      const points = group.map(({ title, status }) => ({
        title: status === 'ACKNOWLEDGED' ? `${title} (acknowledged)` : title,
      }));
      const more = all > group.length ? [{ title: `and ${all - group.length} more` }] : [];
      return { heading: `${heading} (${all})`, points: [...points, ...more] };
    }),
  );
}

function rest(count: number): Section[] {
  return count > 0 ? [{ heading: `And ${count} more: see the alerts in Lotkeeper.`, points: [] }] : [];
}
