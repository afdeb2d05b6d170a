import { Entity, PrimaryColumn } from 'typeorm';

/** Where a user works. */
@Entity({ schema: 'people', name: 'user_location' })
export class UserLocation {
  @PrimaryColumn('uuid')
  readonly userId!: string;

  @PrimaryColumn('uuid')
  readonly locationId!: string;
}
