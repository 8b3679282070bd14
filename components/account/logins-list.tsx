'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { sendJson } from '@/components/hooks/api';
import { logOut } from '@/components/hooks/login';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { Failure } from '@/components/ui/failure';
import { type Head, Heads } from '@/components/ui/heads';
import type { TokenItem } from '@/lib/contracts/people';
import { browserWords } from './browser-words';

const HEADS: readonly Head[] = ['With', 'From', 'Since', 'Ends', { unseen: 'End it' }];

/** The logins of the own account that count; each can be ended. */
export function LoginsList({ logins }: { logins: TokenItem[] }) {
  const router = useRouter();
  const end = useMutation({
    mutationFn: (login: TokenItem) =>
      login.current ? logOut() : sendJson('DELETE', `/api/v1/me/tokens/${login.id}`),
    onSettled: () => router.refresh(),
  });
  return (
    <div className="flex flex-col gap-2">
      <div className="table-frame">
        <table className="data-table">
          <Heads of={HEADS} />
          <tbody>
            {logins.map((login) => (
              <tr key={login.id}>
                <td title={login.user_agent}>
                  {browserWords(login.user_agent)}
                  {login.current && <span className="ml-2 text-soft">this one</span>}
                  {!login.browser && <span className="ml-2 text-soft">token of a program</span>}
                </td>
                <td>{login.ip}</td>
                <td>
                  <LocalTime instant={login.created_at} />
                </td>
                <td>
                  <LocalTime instant={login.expires_at} />
                </td>
                <td className="text-right">
                  <Button
                    look="quiet"
                    isDisabled={end.isPending}
                    onPress={() => end.mutate(login)}
                    aria-label={login.current ? 'Log out here' : `End the login of ${login.ip}`}
                  >
                    {login.current ? 'Log out' : 'End'}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Failure error={end.error} kept="" />
    </div>
  );
}
