/** Marks what no car ever drove. */
export function SimulatedChip() {
  return (
    <span className="inline-block rounded-md border border-edge px-1.5 text-xs font-normal text-soft">
      Simulated
    </span>
  );
}
