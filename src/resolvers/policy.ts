/** Who may ask which root field. A field without a line here fails the build; PUBLIC means without signing in. */
import type { Role } from '../actor.ts';

export type Policy = Readonly<Record<string, readonly Role[] | 'PUBLIC'>>;
