const touches = /\b(INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN)\s+([a-z_]+\.[a-z_]+)/gi;
const mostNamed = 4;

/** What a statement does, in words for people who watch: "UPDATE inventory.stock, INSERT ops.outbox". Never a value. */
export function statementSummary(text: string): string {
  const found = new Set<string>();
  for (const [, verb = '', table = ''] of text.matchAll(touches)) {
    const [word = ''] = verb.toUpperCase().split(' ');
    found.add(`${word === 'FROM' || word === 'JOIN' ? 'SELECT' : word} ${table.toLowerCase()}`);
  }
  if (found.size === 0) return /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? '';
  // What is written says more than what is read.
  const inOrder = [...found].sort((a, b) => Number(a.startsWith('SELECT')) - Number(b.startsWith('SELECT')));
  return `${inOrder.slice(0, mostNamed).join(', ')}${found.size > mostNamed ? ', …' : ''}`;
}
