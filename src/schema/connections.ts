/** Pages of lists: forward only, by an opaque cursor, without a count. */
import { Field, ObjectType, type ClassType } from 'type-graphql';
import { AuditEntry } from '../entities/audit-entry.ts';
import { DispenseRecord } from '../entities/dispense-record.ts';
import { DispensingEvent } from '../entities/dispensing-event.ts';
import { DuplicateCandidate } from '../entities/duplicate-candidate.ts';
import { HighRiskAlert } from '../entities/high-risk-alert.ts';
import { InventoryAlert } from '../entities/inventory-alert.ts';
import { InventoryCount } from '../entities/inventory-count.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { InventoryTransaction } from '../entities/inventory-transaction.ts';
import { InventoryTransfer } from '../entities/inventory-transfer.ts';
import { OpenVialSession } from '../entities/open-vial-session.ts';
import { Patient } from '../entities/patient.ts';
import { Product } from '../entities/product.ts';
import { Project } from '../entities/project.ts';
import { RecallMatch } from '../entities/recall-match.ts';
import { Recall } from '../entities/recall.ts';
import { Stock } from '../entities/stock.ts';
import { WasteRecord } from '../entities/waste-record.ts';
import { StockMetrics } from './stock-metrics.ts';

@ObjectType('PageInfo', { simpleResolvers: true, description: 'Where a page ends.' })
class PageInfo {
  @Field(() => Boolean)
  readonly hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Send it as "after" for the next page; null on an empty page.' })
  readonly endCursor!: string | null;
}

function connectionOf<Node extends object>(name: string, node: ClassType<Node>) {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `A ${name} and the cursor that points at it.` })
  class Edge {
    @Field(() => node)
    readonly node!: Node;

    @Field(() => String)
    readonly cursor!: string;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of ${name}.` })
  class Connection {
    @Field(() => [node])
    readonly nodes!: readonly Node[];

    @Field(() => [Edge])
    readonly edges!: readonly Edge[];

    @Field(() => PageInfo)
    readonly pageInfo!: PageInfo;
  }
  return Connection;
}

export const AuditEntryConnection = connectionOf('AuditEntry', AuditEntry);
export const DispenseRecordConnection = connectionOf('DispenseRecord', DispenseRecord);
export const DispensingEventConnection = connectionOf('DispensingEvent', DispensingEvent);
export const DuplicateCandidateConnection = connectionOf('DuplicateCandidate', DuplicateCandidate);
export const HighRiskAlertConnection = connectionOf('HighRiskAlert', HighRiskAlert);
export const InventoryAlertConnection = connectionOf('InventoryAlert', InventoryAlert);
export const InventoryCountConnection = connectionOf('InventoryCount', InventoryCount);
export const InventoryLotConnection = connectionOf('InventoryLot', InventoryLot);
export const InventoryTransactionConnection = connectionOf('InventoryTransaction', InventoryTransaction);
export const InventoryTransferConnection = connectionOf('InventoryTransfer', InventoryTransfer);
export const OpenVialSessionConnection = connectionOf('OpenVialSession', OpenVialSession);
export const PatientConnection = connectionOf('Patient', Patient);
export const ProductConnection = connectionOf('Product', Product);
export const ProjectConnection = connectionOf('Project', Project);
export const RecallConnection = connectionOf('Recall', Recall);
export const RecallMatchConnection = connectionOf('RecallMatch', RecallMatch);
export const StockConnection = connectionOf('Stock', Stock);
export const StockMetricsConnection = connectionOf('StockMetrics', StockMetrics);
export const WasteRecordConnection = connectionOf('WasteRecord', WasteRecord);
