import { Field, Float, ObjectType } from 'type-graphql';
import { Project } from '../entities/project.ts';

@ObjectType('SimilarProject', { simpleResolvers: true, description: 'A project, and how alike its text is.' })
export class SimilarProject {
  @Field(() => Project)
  readonly project!: Project;

  @Field(() => Float, { description: "The cosine of the two texts' vectors: 1 is the same, 0 has nothing in common." })
  readonly similarity!: number;
}
