import type { PatientAgeGroup } from '../../schema/enums.ts';

/**
 * The age group on a day ("YYYY-MM-DD"): NEONATE under 28 days, then by completed years. Who was born tomorrow was born
 * where the day begins earlier.
 */
export function ageGroup(birthDate: string, on: string): PatientAgeGroup {
  const days = (Date.parse(on) - Date.parse(birthDate)) / 86_400_000;
  if (days < 28) return 'NEONATE';
  const years = Number(on.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (on.slice(5) < birthDate.slice(5) ? 1 : 0);
  if (years < 1) return 'INFANT';
  if (years < 12) return 'CHILD';
  if (years < 18) return 'ADOLESCENT';
  return years < 65 ? 'ADULT' : 'ELDERLY';
}
