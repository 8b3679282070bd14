import { z } from 'zod';
import { type Condition, FILTER_LIMITS, type FilterType } from '@/lib/contracts/filters';
import { AppError } from '@/lib/errors';
import type { Operation } from './operation';

type Comparison = Condition['comparison'];
type Part = { field: string; comparison: Comparison; text: string };

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const INSTANT = z.iso.datetime({ offset: true });

/**
 * Splits a query into what the operation's shape parses and the conditions on its fields: `lap_time_ms<=90000`,
 * `class=complete`. Throws an AppError `bad_request` (400) for a name that is neither, a value of the wrong type and
 * a parameter that is given twice; of conditions all must be met, also several on one field.
 */
export function splitQuery(
  url: URL,
  one: Pick<Operation, 'query' | 'filters'>,
): { query: Record<string, string>; filters: Condition[] } {
  const known = one.query instanceof z.ZodObject ? Object.keys(one.query.shape) : [];
  const query = new Map<string, string>();
  const filters: Condition[] = [];
  for (const [name, value] of url.searchParams) {
    if (known.includes(name)) {
      if (query.has(name)) throw refused(name, 'is given twice', 'Give it once.');
      query.set(name, value);
    } else {
      filters.push(conditionOf(partOf(name, value), known, one.filters ?? {}));
      if (filters.length > FILTER_LIMITS.conditions)
        throw refused('query', `compares more than ${FILTER_LIMITS.conditions} times`, 'Ask for less.');
    }
  }
  return { query: Object.fromEntries(query), filters };
}

/**
 * A query is split at its first `=` before anybody sees it: `a<=5` comes as `a<` and `5`, `a<5` as `a<5` and nothing,
 * and so does `a<=5` with its signs escaped.
 */
function partOf(name: string, value: string): Part {
  const whole = /[<>=]/.test(name) && value === '' ? name : `${name}=${value}`;
  const [, field = whole, sign = '=', text = ''] = /^([^<>=]*)(<=|>=|<|>|=)(.*)$/s.exec(whole) ?? [];
  return { field, comparison: comparisonOf(sign), text };
}

function comparisonOf(sign: string): Comparison {
  return sign === '<' || sign === '<=' || sign === '>' || sign === '>=' ? sign : '=';
}

function conditionOf(
  part: Part,
  known: readonly string[],
  fields: Readonly<Record<string, FilterType>>,
): Condition {
  const { field, comparison, text } = part;
  const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (type === undefined) {
    if (known.includes(field))
      throw refused(field, `takes = only, not ${comparison}`, `Ask for ${field}=value.`);
    throw refused(field.slice(0, 100), 'is no parameter here', namesOf(known, fields));
  }
  if (comparison !== '=' && (type === 'text' || type === 'flag'))
    throw refused(field, `cannot be compared with ${comparison}`, `Ask for ${field}=value.`);
  return { field, comparison, value: typedValue(field, type, text) };
}

function namesOf(known: readonly string[], fields: object): string {
  const compared = Object.keys(fields);
  const names = [
    known.length > 0 ? `Parameters: ${known.join(', ')}.` : 'There are no parameters.',
    compared.length > 0 ? `Fields to compare: ${compared.join(', ')}.` : '',
  ];
  return names.filter((part) => part !== '').join(' ');
}

function typedValue(field: string, type: FilterType, text: string): Condition['value'] {
  if (type === 'number') return numberOf(field, text);
  if (type === 'instant') return instantOf(field, text);
  if (type === 'flag') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw refused(field, 'must be true or false', '');
  }
  if (text.length > FILTER_LIMITS.textLength || text.includes('\0') || /\p{Surrogate}/u.test(text))
    throw refused(field, `must be at most ${FILTER_LIMITS.textLength} plain characters`, '');
  return text;
}

function numberOf(field: string, text: string): number {
  // In a query a plus sign stands for a blank.
  const value = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw refused(field, 'must be a number', `Write it as 90000 or 12.5.`);
}

/** Epoch milliseconds. A zone is needed: the server's own would be a guess. */
function instantOf(field: string, text: string): number {
  if (NUMBER.test(text)) return numberOf(field, text);
  const spelt = text.replace(/ (\d\d:\d\d)$/, '+$1');
  if (INSTANT.safeParse(spelt).success) return Date.parse(spelt);
  throw refused(
    field,
    'must be an instant with its zone, or epoch milliseconds',
    'Write it as 2026-03-01T00:00:00Z.',
  );
}

function refused(field: string, message: string, remedy: string): AppError {
  const words = [`${field}: ${message}.`, remedy].filter((part) => part !== '');
  return new AppError('bad_request', 400, words.join(' '), [{ field, message }]);
}
