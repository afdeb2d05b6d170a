/** The parts of a letter: the same words as plain text and as simple HTML. */

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A heading with its points. */
export interface Section {
  readonly heading: string;
  readonly points: readonly Point[];
}

export interface Point {
  readonly title: string;
  /** Absent: the title says it. */
  readonly more?: string;
}

export function letter(subject: string, sections: readonly Section[]): Letter {
  const text = sections.map(({ heading, points }) => [heading, ...points.map(pointText)].join('\n')).join('\n\n');
  const html = sections.map(
    ({ heading, points }) => `<h3>${escaped(heading)}</h3><ul>${points.map(pointHtml).join('')}</ul>`,
  );
  return {
    subject: oneLine(subject),
    text: `${text}\n\n-- \n${why}\n`,
    html: `<!doctype html><html lang="en"><body>${html.join('')}<hr><p>${escaped(why)}</p></body></html>`,
  };
}

const why = 'Sent by Lotkeeper to the alert addresses in its settings.';

function pointText({ title, more }: Point): string {
  return more === undefined ? `* ${oneLine(title)}` : `* ${oneLine(title)}\n  ${oneLine(more)}`;
}

function pointHtml({ title, more }: Point): string {
  const words = `<strong>${escaped(title)}</strong>`;
  return `<li>${more === undefined ? words : `${words}<br>${escaped(more)}`}</li>`;
}

/** Names may hold line ends; in a subject they would end the header, in a list its point. */
function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
