import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Wrong passwords, by what was typed, so that known and unknown users look alike. */
@Entity({ schema: 'people', name: 'sign_in_failure' })
export class SignInFailure {
  @PrimaryColumn('text')
  readonly emailKey!: string;

  @Column('integer')
  readonly failures!: number;

  @Column('timestamptz', { nullable: true })
  readonly lockedUntil!: Date | null;

  @Column('timestamptz')
  readonly lastFailedAt!: Date;
}
