import { Sign, type Tone } from '../../parts/sign.tsx';
import type { Indicators } from './dispensing-documents.ts';
import classes from './indicator-list.module.css';
import { references, standingOf, type Reference, type Standing } from './reference-values.ts';

const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** Each indicator on its scale, with the range it is read against and who named that. */
export function IndicatorList({ indicators }: { readonly indicators: Indicators }) {
  return (
    <ul className={classes.list} aria-label="Prescribing indicators">
      {references.map((reference) => (
        <Line key={reference.name} reference={reference} value={reference.of(indicators)} />
      ))}
    </ul>
  );
}

function Line({ reference, value }: { readonly reference: Reference; readonly value: number }) {
  const { name, unit, most, range, source, concern } = reference;
  const standing = standingOf(value, range);
  const at = (figure: number) => `${(Math.min(figure, most) / most) * 100}%`;
  return (
    <li>
      <div className={classes.line}>
        <span className={classes.name}>{name}</span>
        <span className={classes.figure}>
          {figures.format(value)}
          {unit}
        </span>
        {standing !== 'unknown' && <Sign tone={toneOf(standing, concern)}>{words[standing]}</Sign>}
      </div>
      <div className={classes.scale} aria-hidden>
        {range !== null && (
          <span
            className={classes.range}
            style={{
              insetInlineStart: `min(${at(range[0])}, 100% - 3px)`,
              width: `calc(${at(range[1])} - ${at(range[0])})`,
            }}
          />
        )}
        <span className={classes.value} style={{ insetInlineStart: `min(${at(value)}, 100% - 2px)` }} />
      </div>
      <span className={classes.source}>
        {range === null ? source : `Reference ${rangeOf(range)}${unit} (${source})`}
      </span>
    </li>
  );
}

const words: Readonly<Record<Exclude<Standing, 'unknown'>, string>> = {
  within: 'Within',
  above: 'Above',
  below: 'Below',
};

function toneOf(standing: Standing, concern: Reference['concern']): Tone {
  if (standing === 'within') return 'good';
  return standing === concern ? 'warn' : 'calm';
}

function rangeOf([low, high]: readonly [number, number]): string {
  return low === high ? figures.format(low) : `${figures.format(low)}–${figures.format(high)}`;
}
