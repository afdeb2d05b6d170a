/** What verification finds, each with its place; very many are counted but not all named. */

export type FaultKind =
  'edited' | 'deleted' | 'inserted' | 'reordered' | 'backdated' | 'postdated' | 'unsealed' | 'rewritten' | 'cut';

export interface Place {
  readonly block?: number;
  /** The number under which the row was sealed. */
  readonly seq?: number;
  readonly entryId?: string;
}

export interface AuditFault extends Place {
  readonly kind: FaultKind;
  readonly message: string;
}

const mostNamed = 1_000;

export class Faults {
  readonly named: AuditFault[] = [];
  count = 0;

  add(kind: FaultKind, place: Place, message: string): void {
    this.count += 1;
    if (this.named.length < mostNamed) this.named.push({ kind, ...place, message });
  }
}
