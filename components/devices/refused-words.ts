import { countedWords } from '@/components/reasons';

const WORDS: Readonly<Record<string, string>> = {
  past: 'older than the newest',
  conflict: 'at a time already taken',
  future: 'ahead of the clock',
  out_of_range: 'outside any coordinates',
  not_finite: 'not a number',
  null_island: 'at 0, 0',
  malformed: 'not readable',
  not_valid: 'not valid by its own word',
};

/** What was not stored, in words, the most frequent first: `3 older than the newest, 1 not readable`. */
export const refusedWords = (refused: Readonly<Record<string, number>>): string =>
  countedWords(refused, WORDS);
