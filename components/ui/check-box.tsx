import { Check } from 'lucide-react';

/** The box of a Checkbox whose element is a Tailwind `group`. */
export function CheckBox() {
  return (
    <span
      aria-hidden
      className="mt-0.5 grid size-4 shrink-0 place-content-center rounded-[3px] border border-edge bg-page text-on-accent group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-accent group-data-[selected]:border-accent group-data-[selected]:bg-accent"
    >
      <Check size={12} strokeWidth={3} className="invisible group-data-[selected]:visible" />
    </span>
  );
}
