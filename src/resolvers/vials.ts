import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listOpenVials } from '../domain/vials/list-vials.ts';
import { exact, rounded } from '../domain/decimal.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { Location } from '../entities/location.ts';
import { OpenVialSession } from '../entities/open-vial-session.ts';
import { Patient } from '../entities/patient.ts';
import { Product } from '../entities/product.ts';
import { Stock } from '../entities/stock.ts';
import { User } from '../entities/user.ts';
import { VialUsageRecord } from '../entities/vial-usage-record.ts';
import { OpenVialSessionConnection } from '../schema/connections.ts';
import { VialStatus } from '../schema/enums.ts';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class VialQueries {
  @Query(() => OpenVialSession, { nullable: true })
  openVial(@Arg('id', () => Id) id: string, @Ctx() ctx: Context) {
    return ctx.loaders.openVials.load(id);
  }

  @Query(() => OpenVialSessionConnection, { description: "Of the caller's locations, the last opened first." })
  openVials(
    @Arg('locationId', () => Id, { nullable: true }) locationId: string | null | undefined,
    @Arg('status', () => [VialStatus], { nullable: true }) status: VialStatus[] | null | undefined,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null | undefined,
    @Arg('to', () => DateTime, { nullable: true }) to: Date | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listOpenVials(ctx.db, signedIn(ctx).actor, { locationId, status, from, to }, { first, after });
  }
}

@Resolver(() => OpenVialSession)
export class OpenVialSessionFields {
  @FieldResolver(() => Stock)
  stock(@Root() { stockId }: OpenVialSession, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(stockId);
  }

  @FieldResolver(() => InventoryLot)
  lot(@Root() { lotId }: OpenVialSession, @Ctx() { loaders }: Context) {
    return loaders.lots.load(lotId);
  }

  @FieldResolver(() => Product)
  product(@Root() { productId }: OpenVialSession, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => Location)
  location(@Root() { locationId }: OpenVialSession, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }

  @FieldResolver(() => User)
  openedBy(@Root() { openedById }: OpenVialSession, @Ctx() { loaders }: Context) {
    return loaders.users.load(openedById);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who signed for more hours than the label allows.' })
  authorisedBy(@Root() { authorisedById }: OpenVialSession, @Ctx() { loaders }: Context) {
    return authorisedById === null ? null : loaders.users.load(authorisedById);
  }

  @FieldResolver(() => Decimal, { nullable: true, description: 'Dose units in a mL; null without a diluent.' })
  concentrationPerMl(@Root() { initialDoses, diluentMl }: OpenVialSession) {
    return diluentMl === null ? null : rounded(exact(initialDoses).div(diluentMl));
  }

  @FieldResolver(() => [VialUsageRecord], { description: 'In the order in which they were recorded.' })
  usages(@Root() { id }: OpenVialSession, @Ctx() { loaders }: Context) {
    return loaders.usagesOfVial.load(id);
  }

  @FieldResolver(() => Decimal, { nullable: true })
  async costPerDose(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.costPerDose;
  }

  @FieldResolver(() => Decimal, { description: 'What the patients pay, less what was taken back.' })
  async revenue(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.revenue;
  }

  @FieldResolver(() => Decimal, {
    description: 'Of what was used and what was wasted; of an ended vial exactly one unit.',
  })
  async cost(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.cost;
  }

  @FieldResolver(() => Decimal, { description: 'Revenue less cost.' })
  async margin(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.margin;
  }

  @FieldResolver(() => Decimal, { nullable: true, description: 'In percent of the revenue; null without revenue.' })
  async marginPercentage(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.marginPercentage;
  }

  @FieldResolver(() => Decimal)
  async wasteCost(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.wasteCost;
  }

  @FieldResolver(() => Decimal, { nullable: true, description: 'Of what was used, without what was wasted.' })
  async costPerPatient(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.costPerPatient;
  }

  @FieldResolver(() => Decimal, { nullable: true })
  async costPerPatientWithWaste(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.costPerPatientWithWaste;
  }

  @FieldResolver(() => Int, { description: 'Who has had doses of it, net of what was taken back.' })
  async patientCount(@Root() { id }: OpenVialSession, @Ctx() ctx: Context) {
    return (await moneyOf(ctx, id)).session.patientCount;
  }
}

@Resolver(() => VialUsageRecord)
export class VialUsageFields {
  @FieldResolver(() => OpenVialSession)
  session(@Root() { sessionId }: VialUsageRecord, @Ctx() { loaders }: Context) {
    return loaders.openVials.load(sessionId);
  }

  @FieldResolver(() => Patient)
  patient(@Root() { patientId }: VialUsageRecord, @Ctx() { loaders }: Context) {
    return loaders.patients.load(patientId);
  }

  @FieldResolver(() => User)
  provider(@Root() { providerId }: VialUsageRecord, @Ctx() { loaders }: Context) {
    return loaders.users.load(providerId);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who signed for a second patient.' })
  authorisedBy(@Root() { authorisedById }: VialUsageRecord, @Ctx() { loaders }: Context) {
    return authorisedById === null ? null : loaders.users.load(authorisedById);
  }

  @FieldResolver(() => Id, { nullable: true, description: 'The record that takes this one back.' })
  async reversedBy(@Root() { id, sessionId }: VialUsageRecord, @Ctx() { loaders }: Context) {
    const usages = await loaders.usagesOfVial.load(sessionId);
    return usages.find(({ reverses }) => reverses === id)?.id ?? null;
  }

  @FieldResolver(() => Decimal, {
    nullable: true,
    description: 'Its share of the stock unit; null where that cost is unknown.',
  })
  async cost(@Root() usage: VialUsageRecord, @Ctx() ctx: Context) {
    return (await useMoneyOf(ctx, usage))?.cost ?? null;
  }

  @FieldResolver(() => Decimal, { nullable: true, description: 'Charge less cost; null without a charge.' })
  async margin(@Root() usage: VialUsageRecord, @Ctx() ctx: Context) {
    return (await useMoneyOf(ctx, usage))?.margin ?? null;
  }

  @FieldResolver(() => Decimal, { nullable: true, description: 'With its share, by doses, of what was wasted.' })
  async costWithWaste(@Root() usage: VialUsageRecord, @Ctx() ctx: Context) {
    return (await useMoneyOf(ctx, usage))?.costWithWaste ?? null;
  }

  @FieldResolver(() => Decimal, { nullable: true })
  async marginWithWaste(@Root() usage: VialUsageRecord, @Ctx() ctx: Context) {
    return (await useMoneyOf(ctx, usage))?.marginWithWaste ?? null;
  }
}

async function moneyOf({ loaders }: Context, sessionId: string) {
  const money = await loaders.moneyOfVial.load(sessionId);
  if (money === null) throw new Error('A vial that was read has no money');
  return money;
}

async function useMoneyOf(ctx: Context, { id, sessionId }: VialUsageRecord) {
  return (await moneyOf(ctx, sessionId)).uses?.get(id) ?? null;
}
