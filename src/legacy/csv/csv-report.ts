/** What an import of opening stock did: as data, and in lines for a person. Pure. */
export interface CsvReport {
  readonly run: number;
  readonly dryRun: boolean;
  readonly read: number;
  readonly added: number;
  readonly unchanged: number;
  readonly refused: readonly { readonly row: number; readonly reason: string }[];
}

/** What is kept of a report: rows are counted, not named. */
export interface CsvFigures extends Omit<CsvReport, 'refused'> {
  readonly refused: number;
}

export const figuresOf = ({ refused, ...figures }: CsvReport): CsvFigures => ({ ...figures, refused: refused.length });

const whole = (number: number) => number.toLocaleString('en');

export function csvLines({ dryRun, read, added, unchanged, refused }: CsvFigures): string[] {
  const would = dryRun ? 'would be ' : '';
  const mend = refused > 0 ? 'correct the refused rows in the file; then ' : '';
  const next = dryRun
    ? `${mend}run it without --dry-run.`
    : refused > 0
      ? `${mend}run it again: what is here stays as it is, and is not doubled.`
      : 'lotkeeper db verify proves the books.';
  return [
    `${whole(read)} ${read === 1 ? 'row' : 'rows'} read: ${whole(added)} ${would}brought in, ${whole(unchanged)} here already, ${whole(refused)} ${would}refused.`,
    `Next: ${next}`,
  ];
}
