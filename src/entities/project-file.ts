import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ProjectKind } from '../schema/enums.ts';

@Entity({ schema: 'workflow', name: 'project_file' })
@ObjectType('ProjectFile', { simpleResolvers: true, description: 'A version of a file of a project.' })
export class ProjectFile {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly projectId!: string;

  @Field(() => String)
  @Column('text')
  readonly path!: string;

  @Field(() => ProjectKind)
  @Column({ type: 'enum', enum: ProjectKind })
  readonly kind!: ProjectKind;

  @Field(() => Int)
  @Column('integer')
  readonly version!: number;

  @Column('bigint', { nullable: true })
  readonly bytes!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 in hexadecimal; null while the file is missing.' })
  @Column('text', { nullable: true })
  readonly checksum!: string | null;

  @Field(() => String, { nullable: true, description: 'Where the file lies in the store; null while it is missing.' })
  @Column('text', { nullable: true })
  readonly url!: string | null;
}
