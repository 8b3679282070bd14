import type { Condition } from '@/lib/contracts/filters';

/** Whether an item of a list meets every condition. What is not known (null) meets none. */
export const meets =
  (conditions: readonly Condition[]) =>
  (item: object): boolean =>
    conditions.every((condition) => meetsOne(Reflect.get(item, condition.field), condition));

function meetsOne(found: unknown, { comparison, value }: Condition): boolean {
  const known = comparable(found, value);
  if (known === null) return false;
  if (comparison === '=') return known === value;
  if (comparison === '<') return known < value;
  if (comparison === '<=') return known <= value;
  return comparison === '>' ? known > value : known >= value;
}

/** An instant is compared as epoch milliseconds; everything else as it is. */
function comparable(found: unknown, value: Condition['value']): string | number | boolean | null {
  if (typeof found === 'string' && typeof value === 'number') return Date.parse(found);
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? found : null;
}
