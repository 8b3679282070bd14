'use client';

import { type RefObject, useEffect, useRef } from 'react';
import { ApiFailure } from './api';

export type Faults = {
  /** Put it on the form: the focus goes to its first faulty field. */
  formRef: RefObject<HTMLFormElement | null>;
  /** What is wrong with a field, in the server's words. */
  of(field: string): string | undefined;
  /** The failure when it is not all told at the fields. */
  rest: Error | null;
};

/** The fields' faults of a refused form. `fields` are those that the form shows. */
export function useFaults(error: Error | null, fields: readonly string[]): Faults {
  const formRef = useRef<HTMLFormElement>(null);
  const faults = error instanceof ApiFailure ? error.errors : [];
  const isTold = faults.length > 0 && faults.every(({ field }) => fields.includes(field));
  useEffect(() => {
    if (!error) return;
    const first = formRef.current?.querySelector('[aria-invalid="true"]');
    if (first instanceof HTMLElement) first.focus();
  }, [error]);
  return {
    formRef,
    of: (field) => faults.find((fault) => fault.field === field)?.message,
    rest: isTold ? null : error,
  };
}
