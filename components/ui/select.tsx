'use client';

type SelectProps<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; words: string }[];
  onChange(value: Value): void;
  /** Shows the label beside the field; otherwise it is only for assistive technology. */
  withLabel?: boolean;
};

/** The browser's own list: it is what a phone and a keyboard handle best. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
  withLabel,
}: SelectProps<Value>) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <span className={withLabel ? 'text-soft' : 'sr-only'}>{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className="target h-8 max-w-64 truncate rounded-md border border-edge bg-page px-2"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.words}
          </option>
        ))}
      </select>
    </label>
  );
}
