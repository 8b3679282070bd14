export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet';

const LOOKS: Record<ButtonLook, string> = {
  plain: 'border border-edge bg-page hover:bg-raised',
  primary: 'border border-accent bg-accent text-on-accent hover:brightness-110',
  danger: 'border border-danger bg-page text-danger hover:bg-raised',
  quiet: 'border border-transparent text-soft hover:bg-raised hover:text-text',
};

/** The classes of a button, also for links that look like one. */
export function buttonLook(look: ButtonLook = 'plain', isIcon = false): string {
  const width = isIcon ? 'w-8 shrink-0' : 'px-3';
  return `target inline-flex h-8 items-center justify-center gap-1.5 rounded-md ${width} text-sm font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${LOOKS[look]}`;
}
