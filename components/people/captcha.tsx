'use client';

import { useEffect, useRef } from 'react';

/** What of Google's script is used. */
type Recaptcha = {
  render(place: HTMLElement, options: Record<string, unknown>): number;
  reset(widget: number): void;
};

const SCRIPT = 'https://www.google.com/recaptcha/api.js?render=explicit&onload=';

type CaptchaProps = {
  siteKey: string;
  /** Another number asks for a new one: each answer counts once. */
  round: number;
  onAnswer(token: string): void;
};

/** Google's "I am not a robot". Its script is loaded only where this stands. */
export function Captcha({ siteKey, round, onAnswer }: CaptchaProps) {
  const place = useRef<HTMLDivElement>(null);
  const widget = useRef<{ api: Recaptcha; id: number } | null>(null);
  const answer = useRef(onAnswer);
  answer.current = onAnswer;
  useEffect(() => {
    let isGone = false;
    loadRecaptcha().then((api) => {
      if (isGone || !place.current || widget.current) return;
      const theme = getComputedStyle(document.documentElement).colorScheme === 'dark' ? 'dark' : 'light';
      const callback = (token: string) => answer.current(token);
      const options = { sitekey: siteKey, theme, callback, 'expired-callback': () => answer.current('') };
      widget.current = { api, id: api.render(place.current, options) };
    });
    return () => {
      isGone = true;
    };
  }, [siteKey]);
  useEffect(() => {
    if (round > 0) widget.current?.api.reset(widget.current.id);
  }, [round]);
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm text-soft">Too many wrong passwords: say that you are a person</legend>
      {/* Its size is known before it is there, so that nothing jumps. */}
      <div ref={place} className="h-[78px] w-[304px]" />
    </fieldset>
  );
}

let loaded: Promise<Recaptcha> | null = null;

function loadRecaptcha(): Promise<Recaptcha> {
  loaded ??= new Promise((resolve, reject) => {
    const ready = 'pitwallCaptchaReady';
    Reflect.set(window, ready, () => {
      const api = recaptchaOf(Reflect.get(window, 'grecaptcha'));
      if (api) resolve(api);
    });
    const script = document.createElement('script');
    script.src = SCRIPT + ready;
    script.async = true;
    script.onerror = () => {
      loaded = null;
      reject(new Error('The reCAPTCHA of google.com could not be loaded.'));
    };
    document.head.append(script);
  });
  return loaded;
}

/** Google's own object, as its documentation describes it; null when the script made none. */
function recaptchaOf(value: unknown): Recaptcha | null {
  const isIt = typeof value === 'object' && value !== null && 'render' in value && 'reset' in value;
  return isIt ? (value as Recaptcha) : null;
}
