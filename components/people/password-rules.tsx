import { Check, Dot } from 'lucide-react';

type Rule = { words: string; isMet: boolean };

/** The rules that can be told while somebody types; the server has the last word (it knows what everybody tries). */
export function passwordRules(password: string, username: string): Rule[] {
  const letters = [...password.normalize('NFC')];
  const isName = password.toLowerCase() === username.trim().toLowerCase();
  return [
    { words: 'at least 8 characters', isMet: letters.length >= 8 && letters.length <= 200 },
    { words: 'at least 4 different ones', isMet: new Set(letters).size >= 4 },
    { words: 'not the name', isMet: password !== '' && !isName },
  ];
}

/** The rules of a new password, each with whether it is met so far. */
export function PasswordRules({ password, username }: { password: string; username: string }) {
  return (
    <ul aria-label="Rules of the password" className="flex flex-wrap gap-x-4 text-sm">
      {passwordRules(password, username).map(({ words, isMet }) => (
        <li key={words} className={`flex items-center gap-1 ${isMet ? 'text-text' : 'text-soft'}`}>
          {isMet ? (
            <Check size={16} role="img" aria-label="met:" />
          ) : (
            <Dot size={16} role="img" aria-label="not met yet:" />
          )}
          {words}
        </li>
      ))}
    </ul>
  );
}
