/**
 * An aggregate over the ledger lines of a batch: the units that its purchase price stands for. What was shipped to another
 * location took its share of the money along, what came from one brought it; the first line of a batch is what it was
 * made with, whatever its type (a sibling is made with a return).
 */
export const takenIn = `coalesce(sum(quantity_change) FILTER (WHERE ledger_seq = 1 OR type IN ('INTAKE', 'IMPORT', 'TRANSFER_IN', 'TRANSFER_OUT')), 0)`;
