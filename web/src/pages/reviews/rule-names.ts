import { words } from '../../format/words.ts';

/** The risk model's rules as people call them; a rule of a later model is told by its own name. */
const names: Readonly<Record<string, string>> = {
  STG_NON_COMPLIANT: 'Not in line with guidelines',
  OVERRIDE: 'Warning overridden',
  PREGNANCY_RISK: 'Risk in pregnancy',
};

export function ruleName(rule: string): string {
  return names[rule] ?? words(rule);
}
