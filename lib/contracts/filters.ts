/** What a field of a list is compared as; an instant is ISO 8601 or epoch milliseconds. */
export type FilterType = 'number' | 'text' | 'instant' | 'flag';

/** The fields by which a list can be cut down, by the names that its items have. */
export type FilterFields = Readonly<Record<string, FilterType>>;

export const COMPARISONS = ['=', '<', '<=', '>', '>='] as const;

/** `lap_time_ms<=90000`: an instant's value is epoch milliseconds. */
export type Condition = {
  field: string;
  comparison: (typeof COMPARISONS)[number];
  value: string | number | boolean;
};

/** What one query may ask. */
export const FILTER_LIMITS = { conditions: 20, textLength: 200 } as const;
