import { type SQL, sql } from 'drizzle-orm';
import type { Condition } from '@/lib/contracts/filters';

const OPERATORS: Record<Condition['comparison'], SQL> = {
  '=': sql`=`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};

/** Conditions as SQL over the columns of their fields; instants are columns of epoch milliseconds. */
export function whereOf(conditions: readonly Condition[], columns: Readonly<Record<string, SQL>>): SQL {
  const parts = conditions.map(({ field, comparison, value }) => {
    const column = columns[field];
    if (!column) throw new Error(`No column stands for the field ${field}.`);
    return sql`${column} ${OPERATORS[comparison]} ${typed(value)}`;
  });
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}

function typed(value: Condition['value']): SQL {
  if (typeof value === 'number') return sql`${value}::float8`;
  return typeof value === 'boolean' ? sql`${value}::boolean` : sql`${value}::text`;
}
