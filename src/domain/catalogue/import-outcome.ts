/** What becomes of the rows of a catalogue file. */
export interface RefusedRow {
  readonly row: number;
  readonly reason: string;
}

/** What became of a batch; the names of changed fields once for each product that changed in them. */
export interface Outcome {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly changedFields: readonly string[];
  readonly refused: readonly RefusedRow[];
}

export interface Given<Read> {
  readonly row: number;
  readonly product: Read;
}
