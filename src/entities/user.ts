import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role as RoleName } from '../actor.ts';
import { Role } from '../schema/enums.ts';
import { Id } from '../schema/scalars.ts';

@Entity({ schema: 'people', name: 'user' })
@ObjectType('User', {
  simpleResolvers: true,
  description:
    "A person, or another system, that works with Lotkeeper. The system's own user acts for jobs and cannot sign in.",
})
export class User {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'Signs in with it; unique whatever the case of its letters.' })
  @Column('text')
  readonly email!: string;

  @Field(() => String, { description: 'As colleagues know the person.' })
  @Column('text')
  readonly displayName!: string;

  @Field(() => [Role], { description: 'What the user may do. Exact: ADMIN implies none of the others.' })
  @Column('text', { array: true })
  readonly roles!: readonly RoleName[];

  @Field(() => Boolean, { description: 'False: cannot sign in any more; what was done stays under the name.' })
  @Column('boolean')
  readonly active!: boolean;

  @Column('text', { nullable: true, select: false })
  readonly passwordHash!: string | null;

  @Column('text', { nullable: true, select: false })
  readonly oidcSubject!: string | null;

  @Column('text', { nullable: true, select: false })
  readonly witnessPinHash!: string | null;

  @Column('integer')
  readonly passwordVersion!: number;

  @Column('integer')
  readonly accessVersion!: number;

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
