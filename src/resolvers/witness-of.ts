import { proveAuthoriser, type Authoriser } from '../domain/people/authoriser.ts';
import { proveWitness, type Witness } from '../domain/people/witness.ts';
import type { WitnessInput } from '../schema/witness-input.ts';
import type { SignedInContext } from './context.ts';

/** The verb's input with the witness proved: before its transaction, in one of its own. The password goes no further. */
export async function withWitness<Input extends { readonly witness?: WitnessInput | null }>(
  ctx: SignedInContext,
  input: Input,
): Promise<Omit<Input, 'witness'> & { readonly witness: Witness | null }> {
  return { ...input, witness: input.witness == null ? null : await proveWitness(ctx, input.witness) };
}

/** The same, for somebody who answers for an exception. */
export async function withAuthoriser<Input extends { readonly authoriser?: WitnessInput | null }>(
  ctx: SignedInContext,
  input: Input,
): Promise<Omit<Input, 'authoriser'> & { readonly authoriser: Authoriser | null }> {
  return { ...input, authoriser: input.authoriser == null ? null : await proveAuthoriser(ctx, input.authoriser) };
}
