/** Whether something sends, as a dot with words. */
export function OnlineDot({ isOnline }: { isOnline: boolean }) {
  return (
    <span className="inline-flex items-center gap-1.5 align-middle">
      <span
        aria-hidden
        className={`size-2 shrink-0 rounded-full ${isOnline ? 'bg-personal-best' : 'border border-edge'}`}
      />
      {isOnline ? 'online' : 'silent'}
    </span>
  );
}
