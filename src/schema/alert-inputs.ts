/** What people do with alerts. */
import { Field, InputType, ObjectType } from 'type-graphql';
import { InventoryAlert } from '../entities/inventory-alert.ts';
import { Id } from './scalars.ts';

@InputType('AlertActionInput')
export class AlertActionInput {
  @Field(() => Id)
  readonly alertId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'At most 1,000 characters; of a resolved alert it is the resolution.',
  })
  readonly note?: string | null;
}

@ObjectType('AlertPayload', { simpleResolvers: true })
export class AlertPayload {
  @Field(() => InventoryAlert)
  readonly alert!: InventoryAlert;
}
