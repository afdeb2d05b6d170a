/** Why Lotkeeper did not start, in one sentence for the person at the terminal: what is wrong and what to do. */
export class StartRefusal extends Error {}
