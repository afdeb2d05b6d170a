import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DeliveryKind } from '../schema/enums.ts';

/** Up to where the feed of alerts, or the days, have been made into deliveries. */
@Entity({ schema: 'ops', name: 'delivery_cursor' })
export class DeliveryCursor {
  @PrimaryColumn({ type: 'enum', enum: DeliveryKind })
  readonly kind!: DeliveryKind;

  @Column('bigint')
  readonly feedSeq!: string;

  @Column('date', { nullable: true })
  readonly digestOn!: string | null;
}
