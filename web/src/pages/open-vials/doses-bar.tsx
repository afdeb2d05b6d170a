import { forPixels, isZero, quantity } from '../../format/decimal.ts';
import { amount, unitOf as plural } from '../../format/words.ts';
import type { VialRow } from './vial-documents.ts';
import classes from './vials.module.css';

export function unitOf({ product }: Pick<VialRow, 'product'>): string {
  return product.doseUnit ?? 'dose';
}

/** What remains, what was used and what was thrown away of one vial; the figures stand in words beside it. */
export function DosesBar({ vial, isLarge = false }: { readonly vial: VialRow; readonly isLarge?: boolean }) {
  const { initialDoses, remainingDoses, usedDoses, wastedDoses } = vial;
  const unit = unitOf(vial);
  const parts = [
    ['left', 'left', remainingDoses],
    ['used', 'used', usedDoses],
    ['wasted', 'wasted', wastedDoses],
  ] as const;
  return (
    <span className={classes.doses} data-large={isLarge}>
      {!isLarge && (
        <span>
          <strong>{quantity(remainingDoses)}</strong> <span className="lk-unit">of {amount(initialDoses, unit)}</span>
        </span>
      )}
      <span className={classes.bar} aria-hidden>
        {parts.map(([part, , doses]) => (
          <span
            key={part}
            className={classes.part}
            data-part={part}
            style={{ width: `${(forPixels(doses) / forPixels(initialDoses)) * 100}%` }}
          />
        ))}
      </span>
      {isLarge && (
        <ul className={classes.key} aria-label={`Of ${amount(initialDoses, unit)}`}>
          {parts.map(([part, word, doses]) =>
            part !== 'wasted' || !isZero(doses) ? (
              <li key={part} data-part={part}>
                <strong>{quantity(doses)}</strong> {plural(doses, unit)} {word}
              </li>
            ) : null,
          )}
        </ul>
      )}
    </span>
  );
}
