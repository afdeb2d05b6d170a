import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { followAlerts, type AlertFilter } from '../domain/alerts/follow-alerts.ts';
import type { ToldAlert } from '../domain/alerts/read-alert-feed.ts';
import { followHighRisk, type HighRiskWish } from '../domain/analytics/follow-high-risk.ts';
import { followStock, type StockWish } from '../domain/stock/follow-stock.ts';
import { HighRiskAlert } from '../entities/high-risk-alert.ts';
import { InventoryAlert } from '../entities/inventory-alert.ts';
import { Stock } from '../entities/stock.ts';
import { AlertSeverity } from '../schema/enums.ts';
import { Id } from '../schema/scalars.ts';
import { live, type Context } from './context.ts';

interface Subscribed<Args> {
  readonly args: Args;
  readonly context: Context;
}

const afterWords =
  'The cursor of the last alert seen: what was missed comes first, in order, nothing twice. None: what comes from now on.';

/** The arguments are read by `subscribe`; what it tells comes through as it is. */
@Resolver()
export class LiveSubscriptions {
  @Subscription(() => InventoryAlert, {
    description: "Each raise, rise and resolve of an alert at the caller's locations, as it was then.",
    subscribe: ({ args, context }: Subscribed<AlertFilter>) => followAlerts(live(context).alerts, args, live(context)),
  })
  alertRaised(
    @Arg('severity', () => [AlertSeverity], { nullable: true }) _severity: unknown,
    @Arg('locationId', () => Id, { nullable: true }) _locationId: unknown,
    @Arg('after', () => String, { nullable: true, description: afterWords }) _after: unknown,
    @Root() alert: ToldAlert,
  ) {
    return alert;
  }

  @Subscription(() => HighRiskAlert, {
    description: "Each dispensing of high risk at the caller's locations, once it is written.",
    subscribe: ({ args, context }: Subscribed<HighRiskWish>) =>
      followHighRisk(live(context).highRisk, args, live(context)),
  })
  highRiskAlertRaised(
    @Arg('pharmacyId', () => Id, { nullable: true }) _pharmacyId: unknown,
    @Arg('after', () => String, { nullable: true, description: afterWords }) _after: unknown,
    @Root() alert: HighRiskAlert,
  ) {
    return alert;
  }

  @Subscription(() => Stock, {
    description:
      "Batches at the caller's locations when they have changed, as they are then; several changes may come as one.",
    subscribe: ({ args, context }: Subscribed<StockWish>) => followStock(live(context).stock, args, live(context)),
  })
  stockChanged(
    @Arg('locationId', () => Id, { nullable: true }) _locationId: unknown,
    @Arg('productId', () => Id, { nullable: true }) _productId: unknown,
    @Root() stock: Stock,
  ) {
    return stock;
  }
}
