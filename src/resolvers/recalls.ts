import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { hasRole } from '../actor.ts';
import { seesWhole } from '../domain/recalls/exposures.ts';
import { listRecalls } from '../domain/recalls/list-recalls.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { Location } from '../entities/location.ts';
import { Patient } from '../entities/patient.ts';
import { Product } from '../entities/product.ts';
import { RecallAcknowledgement } from '../entities/recall-acknowledgement.ts';
import { Recall } from '../entities/recall.ts';
import { User } from '../entities/user.ts';
import { RecallConnection } from '../schema/connections.ts';
import { RecallStatus } from '../schema/enums.ts';
import { LotTrace, PatientExposure } from '../schema/lot-trace.ts';
import { Decimal, Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';
import { patientReaders } from './patient-guard.ts';

@Resolver()
export class RecallQueries {
  @Query(() => Recall, { nullable: true })
  recall(@Arg('id', () => Id) id: string, @Ctx() { loaders }: Context) {
    return loaders.recalls.load(id);
  }

  @Query(() => RecallConnection, { description: "The organisation's, last issued first." })
  recalls(
    @Arg('status', () => RecallStatus, { nullable: true }) status: RecallStatus | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { db }: Context,
  ) {
    return listRecalls(db, status ?? null, { first, after });
  }
}

@Resolver(() => Recall)
export class RecallFields {
  @FieldResolver(() => Product, { nullable: true })
  product(@Root() { productId }: Recall, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => [InventoryLot], { description: 'Those that are or were here, also what came in later.' })
  lots(@Root() { id }: Recall, @Ctx() { loaders }: Context) {
    return loaders.lotsOfRecall.load(id);
  }

  @FieldResolver(() => [PatientExposure], {
    description: 'Who got something of its lots, the last first. Each read of it by who may see patients is on record.',
  })
  async affectedPatients(@Root() { id }: Recall, @Ctx() ctx: Context) {
    return onRecord(ctx, await ctx.loaders.exposuresOfRecall.load(id));
  }

  @FieldResolver(() => Boolean, {
    description:
      "Whether affectedPatients is of every location, as for PHARMACIST and MANAGER; else of the caller's own.",
  })
  isWhole(@Root() _recall: Recall, @Ctx() ctx: Context) {
    return seesWhole(signedIn(ctx).actor);
  }

  @FieldResolver(() => Decimal, { description: 'Units of its lots that stand in quarantine for it now, everywhere.' })
  quarantinedQuantity(@Root() { id }: Recall, @Ctx() { loaders }: Context) {
    return loaders.quarantinedOfRecall.load(id);
  }

  @FieldResolver(() => [RecallAcknowledgement], {
    description: 'One for each location that holds, held or awaits a lot of it.',
  })
  acknowledgements(@Root() { id }: Recall, @Ctx() { loaders }: Context) {
    return loaders.acknowledgementsOfRecall.load(id);
  }

  @FieldResolver(() => User)
  issuedBy(@Root() { issuedById }: Recall, @Ctx() { loaders }: Context) {
    return loaders.users.load(issuedById);
  }

  @FieldResolver(() => User, { nullable: true })
  closedBy(@Root() { closedById }: Recall, @Ctx() { loaders }: Context) {
    return closedById === null ? null : loaders.users.load(closedById);
  }
}

@Resolver(() => RecallAcknowledgement)
export class RecallAcknowledgementFields {
  @FieldResolver(() => Location)
  location(@Root() { locationId }: RecallAcknowledgement, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Null: nobody has yet.' })
  acknowledgedBy(@Root() { acknowledgedById }: RecallAcknowledgement, @Ctx() { loaders }: Context) {
    return acknowledgedById === null ? null : loaders.users.load(acknowledgedById);
  }
}

@Resolver(() => LotTrace)
export class LotTraceFields {
  @FieldResolver(() => [PatientExposure], {
    description: 'Who got something of it, the last first. Each read of it by who may see patients is on record.',
  })
  async patients(@Root() { lotId }: LotTrace, @Ctx() ctx: Context) {
    return onRecord(ctx, await ctx.loaders.exposuresOfLot.load(lotId));
  }
}

@Resolver(() => PatientExposure)
export class PatientExposureFields {
  @FieldResolver(() => Patient)
  patient(@Root() { patientId }: PatientExposure, @Ctx() { loaders }: Context) {
    return loaders.patients.load(patientId);
  }
}

/** Who got what is known of a patient as much as a name is. Who may not read patients learns ids and age groups only. */
function onRecord(ctx: Context, exposed: readonly PatientExposure[]): readonly PatientExposure[] {
  if (!hasRole(signedIn(ctx).actor, ...patientReaders)) return exposed;
  for (const { patientId } of exposed) ctx.patientsRead.add(patientId);
  return exposed;
}
