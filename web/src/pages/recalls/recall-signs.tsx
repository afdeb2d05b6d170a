import type { RecallClass, RecallMatchKind, RecallStatus } from '../../generated/graphql.ts';
import { Sign } from '../../parts/sign.tsx';

export const recallClasses: readonly (readonly [RecallClass, string, string])[] = [
  ['CLASS_I', 'Class I', 'may cause serious harm or death'],
  ['CLASS_II', 'Class II', 'may cause harm that passes'],
  ['CLASS_III', 'Class III', 'harm is unlikely'],
];

export function classWord(recallClass: RecallClass): string {
  return recallClasses.find(([each]) => each === recallClass)?.[1] ?? recallClass;
}

export function ClassSign({ recallClass }: { readonly recallClass: RecallClass }) {
  const tone = recallClass === 'CLASS_I' ? 'bad' : recallClass === 'CLASS_II' ? 'warn' : 'calm';
  return <Sign tone={tone}>{classWord(recallClass)}</Sign>;
}

export function RecallSign({ status }: { readonly status: RecallStatus }) {
  return <Sign tone={status === 'ACTIVE' ? 'bad' : 'calm'}>{status === 'ACTIVE' ? 'Under way' : 'Closed'}</Sign>;
}

export const matchKinds: Readonly<Record<RecallMatchKind, readonly [word: string, meaning: string]>> = {
  EXACT_LOT: ['This lot', 'The product by its code, and the lot number word for word.'],
  POSSIBLE: ['Possibly', 'Something agrees, not everything: read the notice and look at the package.'],
  PRODUCT_ONLY: ['The product', 'The product agrees; the notice names no lot by which to tell. Look at each lot.'],
};
