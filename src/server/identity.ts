/**
 * Who is calling. A bearer token proves the person; roles and locations are read from our tables, at most two seconds
 * old, never from the token. Refuses: UNAUTHENTICATED for every token that is present and not good.
 */
import DataLoader from 'dataloader';
import { createRemoteJWKSet, decodeJwt, jwtVerify, SignJWT, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { DataSource } from 'typeorm';
import { roles, systemUserId, type Actor, type Role } from '../actor.ts';
import type { OidcConfig } from '../config.ts';
import { Refusal } from '../refusal.ts';
import type { SignedInUser, SignedToken } from '../resolvers/context.ts';
import { BoundedMap } from './bounded-map.ts';

const ownIssuer = 'lotkeeper';
const ownAlgorithm = 'HS256';
const versionClaim = 'pwv';
const firstVersion = 1;
const oidcAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const longestToken = 8_192;
const actorFreshMs = 2_000;

/** What a token has proved: one of our users, or a person of the identity provider. */
type Proof = OwnProof | ProviderProof;

interface OwnProof {
  readonly userId: string;
  /** Of the password with which the token was got. */
  readonly passwordVersion: number;
}

interface ProviderProof {
  readonly subject: string;
  readonly verifiedEmail: string | null;
}

interface Cached<T> {
  readonly value: T;
  readonly until: number;
}

interface UserRow {
  readonly id: string;
  readonly roles: readonly string[];
  readonly access_version: number;
  readonly password_version: number;
  readonly location_ids: readonly string[];
}

interface Known {
  readonly actor: Actor;
  readonly passwordVersion: number;
}

export interface Caller {
  readonly actor: Actor;
  /** Of the token, in milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface IdentityOptions {
  readonly db: DataSource;
  readonly secret: string;
  readonly tokenTtlMinutes: number;
  readonly oidc: OidcConfig | null;
  /** Where the provider's keys come from; its published set unless said otherwise. */
  readonly oidcKeys?: JWTVerifyGetKey;
}

export class Identity {
  readonly #secret: Uint8Array;
  readonly #oidcKeys: JWTVerifyGetKey | null;
  readonly #proofs = new BoundedMap<string, Cached<Proof>>(10_000);
  readonly #actors = new BoundedMap<string, Cached<Promise<Known>>>(10_000);
  /** Under which subject a user of the identity provider is kept above. */
  readonly #subjects = new BoundedMap<string, string>(10_000);
  /** Those who are asked for at the same moment, as by one event for many sockets, are read together. */
  readonly #users = new DataLoader<string, UserRow | null>((ids) => this.#usersById(ids), { cache: false });

  constructor(private readonly options: IdentityOptions) {
    this.#secret = new TextEncoder().encode(options.secret);
    const { oidc, oidcKeys } = options;
    this.#oidcKeys = oidc === null ? null : (oidcKeys ?? createRemoteJWKSet(new URL(oidc.jwksUrl)));
  }

  async signToken(user: SignedInUser): Promise<SignedToken> {
    const expiresAt = new Date(Math.floor(Date.now() / 1000 + this.options.tokenTtlMinutes * 60) * 1000);
    const token = await new SignJWT({ [versionClaim]: user.passwordVersion ?? firstVersion })
      .setProtectedHeader({ alg: ownAlgorithm, typ: 'JWT' })
      .setSubject(user.id)
      .setIssuer(ownIssuer)
      .setAudience(ownIssuer)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(this.#secret);
    return { token, expiresAt };
  }

  /** Null where the caller shows no token at all. */
  async actorOf(authorization: string | undefined): Promise<Actor | null> {
    return (await this.callerOf(authorization))?.actor ?? null;
  }

  async callerOf(authorization: string | undefined): Promise<Caller | null> {
    if (authorization === undefined || authorization.trim() === '') return null;
    const token = /^Bearer +([\w.~+/=-]+)\s*$/i.exec(authorization)?.[1];
    if (token === undefined || token.length > longestToken) throw unauthenticated();
    const { value, until } = await this.#proofOf(token);
    return { actor: await this.#actorFor(value), expiresAt: until };
  }

  /** What is known of this user is read anew from now on, in this process. */
  forgetActor(userId: string): void {
    this.#actors.delete(userId);
    const subject = this.#subjects.get(userId);
    if (subject !== undefined) this.#actors.delete(subject);
  }

  async #proofOf(token: string): Promise<Cached<Proof>> {
    const known = this.#proofs.get(token);
    if (known !== undefined && known.until > Date.now()) return known;
    this.#proofs.delete(token);
    const { proof, expiresAt } = await this.#verify(token);
    const proved = { value: proof, until: expiresAt * 1000 };
    this.#proofs.set(token, proved);
    return proved;
  }

  /** The issuer only chooses which key and algorithms must hold; nothing unverified is used beyond that. */
  async #verify(token: string): Promise<{ proof: Proof; expiresAt: number }> {
    const { oidc } = this.options;
    const issuer = unverifiedIssuer(token);
    const payload =
      oidc !== null && this.#oidcKeys !== null && issuer === oidc.issuer
        ? await this.#verifyOidc(token, oidc, this.#oidcKeys)
        : await this.#verifyOwn(token);
    if (payload.sub === undefined || payload.exp === undefined) throw unauthenticated();
    if (payload.iss === ownIssuer) {
      const version = payload[versionClaim] ?? firstVersion;
      if (typeof version !== 'number') throw unauthenticated();
      return { proof: { userId: payload.sub, passwordVersion: version }, expiresAt: payload.exp };
    }
    const email = payload['email'];
    const verifiedEmail = payload['email_verified'] === true && typeof email === 'string' ? email : null;
    const proof = { subject: `${payload.iss ?? ''}|${payload.sub}`, verifiedEmail };
    return { proof, expiresAt: payload.exp };
  }

  async #verifyOwn(token: string): Promise<JWTPayload> {
    try {
      const checks = {
        algorithms: [ownAlgorithm],
        issuer: ownIssuer,
        audience: ownIssuer,
        requiredClaims: ['exp', 'sub'],
      };
      return (await jwtVerify(token, this.#secret, checks)).payload;
    } catch {
      throw unauthenticated();
    }
  }

  async #verifyOidc(token: string, { issuer, audience }: OidcConfig, keys: JWTVerifyGetKey): Promise<JWTPayload> {
    try {
      const checks = {
        algorithms: oidcAlgorithms,
        issuer,
        audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
      };
      return (await jwtVerify(token, keys, checks)).payload;
    } catch (error) {
      if (isUnreachable(error)) {
        throw new Refusal('SERVICE_UNAVAILABLE', 'The identity provider does not answer. Try again in a moment.', {
          retryable: true,
        });
      }
      throw unauthenticated();
    }
  }

  async #actorFor(proof: Proof): Promise<Actor> {
    const { actor, passwordVersion } = await this.#knownFor(proof);
    if ('userId' in proof && proof.passwordVersion !== passwordVersion) throw unauthenticated();
    return actor;
  }

  async #knownFor(proof: Proof): Promise<Known> {
    const key = 'userId' in proof ? proof.userId : proof.subject;
    const known = this.#actors.get(key);
    if (known !== undefined && known.until > Date.now()) return known.value;
    const reading = this.#readKnown(proof);
    this.#actors.set(key, { value: reading, until: Date.now() + actorFreshMs });
    reading.catch(() => {
      this.#actors.delete(key);
    });
    return reading;
  }

  async #readKnown(proof: Proof): Promise<Known> {
    const user = 'userId' in proof ? await this.#users.load(uuidOrRefuse(proof.userId)) : await this.#personOf(proof);
    if (user == null) throw unauthenticated();
    if ('subject' in proof) this.#subjects.set(user.id, proof.subject);
    const actor = {
      id: user.id,
      roles: user.roles.filter(isRole),
      locationIds: user.location_ids,
      accessVersion: user.access_version,
      isSystem: false,
    };
    return { actor, passwordVersion: user.password_version };
  }

  /** By the provider's subject; the first time by an e-mail that the provider has verified, which binds the two. */
  async #personOf({ subject, verifiedEmail }: ProviderProof): Promise<UserRow | undefined> {
    const bound = await this.#userWithSubject(subject);
    if (bound !== undefined || verifiedEmail === null) return bound;
    await this.options.db.query(
      `UPDATE people."user" SET oidc_subject = $1, updated_at = now()
       WHERE lower(email) = lower($2) AND oidc_subject IS NULL AND active AND id <> $3
         AND NOT EXISTS (SELECT FROM people."user" WHERE oidc_subject = $1)`,
      [subject, verifiedEmail, systemUserId],
    );
    return this.#userWithSubject(subject);
  }

  async #userWithSubject(subject: string): Promise<UserRow | undefined> {
    const [user] = await this.options.db.query<UserRow[]>(
      `SELECT ${userColumns} FROM people."user" u WHERE u.oidc_subject = $1 AND u.active AND u.id <> $2`,
      [subject, systemUserId],
    );
    return user;
  }

  async #usersById(ids: readonly string[]): Promise<(UserRow | null)[]> {
    const rows = await this.options.db.query<UserRow[]>(
      `SELECT ${userColumns} FROM people."user" u WHERE u.id = ANY($1::uuid[]) AND u.active AND u.id <> $2`,
      [ids, systemUserId],
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  }
}

const userColumns = `u.id, u.roles, u.access_version, u.password_version,
  ARRAY(SELECT location_id::text FROM people.user_location WHERE user_id = u.id ORDER BY 1) AS location_ids`;

function unauthenticated(): Refusal {
  return new Refusal('UNAUTHENTICATED', 'The token is not valid, or no longer. Sign in again.');
}

function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    throw unauthenticated();
  }
}

function uuidOrRefuse(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw unauthenticated();
}

/** jose says ERR_JWKS_TIMEOUT, or passes fetch's TypeError on, when the key set cannot be had. */
function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && 'code' in error && error.code === 'ERR_JWKS_TIMEOUT');
}

function isRole(text: string): text is Role {
  return roles.some((role) => role === text);
}
