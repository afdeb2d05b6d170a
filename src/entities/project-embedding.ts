import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a project is about, as a vector of unit length, by the model that made it. */
@Entity({ schema: 'workflow', name: 'project_embedding' })
export class ProjectEmbedding {
  @PrimaryColumn('text')
  readonly model!: string;

  @PrimaryColumn('uuid')
  readonly projectId!: string;

  @Column('integer')
  readonly dimensions!: number;

  @Column('real', { array: true })
  readonly vector!: readonly number[];

  @Column('bytea')
  readonly textHash!: Buffer;

  @Column('timestamptz')
  readonly createdAt!: Date;
}
