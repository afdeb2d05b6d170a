import { Field, ObjectType } from 'type-graphql';
import { Json, LocalDate } from './scalars.ts';

@ObjectType('ParsedBarcode', {
  simpleResolvers: true,
  description: 'What a GS1 barcode says: an element string, its human-readable form, or a bare retail number.',
})
export class ParsedBarcode {
  @Field(() => String, { nullable: true, description: '14 digits.' })
  readonly gtin!: string | null;

  @Field(() => String, { nullable: true })
  readonly lotNumber!: string | null;

  @Field(() => LocalDate, { nullable: true })
  readonly expiresOn!: string | null;

  @Field(() => String, { nullable: true })
  readonly serialNumber!: string | null;

  @Field(() => LocalDate, { nullable: true })
  readonly manufacturedOn!: string | null;

  @Field(() => Json, { description: 'Every element as it was read, by application identifier.' })
  readonly elements!: Readonly<Record<string, string>>;
}
