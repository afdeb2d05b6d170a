/** What one request carries: who asks, since when, and the loaders that batch its reads. Made by the server. */
import type { DataSource } from 'typeorm';
import type { Actor } from '../actor.ts';
import type { AlertTail } from '../domain/alerts/alert-tail.ts';
import type { HighRiskTail } from '../domain/analytics/follow-high-risk.ts';
import type { EmbeddingProvider } from '../domain/workflow/embedding-provider.ts';
import type { Follower } from '../domain/follower.ts';
import type { StockTail } from '../domain/stock/stock-tail.ts';
import type { Gate } from '../db/gate.ts';
import type { Loaders } from './loaders.ts';
import { Refusal } from '../refusal.ts';

export interface Context {
  readonly db: DataSource;
  readonly gate: Gate;
  /** Null where nobody has signed in. */
  readonly actor: Actor | null;
  readonly requestId: string;
  /** Under which analytics know a patient again. */
  readonly patientKey: string;
  /** Makes vectors of texts that projects are compared with. */
  readonly embeddings: EmbeddingProvider;
  /** performance.now() of the request's arrival: retries end 2.5 s after it. */
  readonly arrivedAt: number;
  /** Wakes whoever waits for what a commit leaves behind. */
  readonly committed: () => void;
  readonly clientAddress: string;
  /** Of this request, made when they are first asked for, and anew after each commit: not to be kept. */
  readonly loaders: Loaders;
  /** Patients whose data this request has read; logged and committed before the answer leaves. */
  readonly patientsRead: Set<string>;
  /** For the one who has just proved who they are. */
  readonly signToken: (user: SignedInUser) => Promise<SignedToken>;
  /** After a change of a user's roles, locations or activity: this process reads them anew. */
  readonly forgetActor: (userId: string) => void;
  /** Null but for subscriptions. */
  readonly live: Live | null;
}

/** What a subscription follows, and who it is that follows. */
export interface Live extends Follower {
  readonly alerts: AlertTail;
  readonly highRisk: HighRiskTail;
  readonly stock: StockTail;
}

export interface SignedInUser {
  readonly id: string;
  /** Of the password that was proved; the first where none is told. */
  readonly passwordVersion?: number;
}

export interface SignedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** A context whose actor is known; root fields other than login are reached only with one. */
export type SignedInContext = Context & { readonly actor: Actor };

export function signedIn(ctx: Context): SignedInContext {
  if (!isSignedIn(ctx)) throw new Refusal('UNAUTHENTICATED', 'Sign in first.');
  return ctx;
}

const isSignedIn = (ctx: Context): ctx is SignedInContext => ctx.actor !== null;

export function live({ live: followed }: Context): Live {
  if (followed === null) throw new Refusal('BAD_USER_INPUT', 'Subscriptions come over a WebSocket.');
  return followed;
}
