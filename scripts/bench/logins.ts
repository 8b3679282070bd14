import { randomUUID } from 'node:crypto';
import { openLoginGuard } from '@/lib/auth/login-guard';
import { keepOnce } from '@/lib/db/settings';
import { isAppError } from '@/lib/errors';
import type { ServiceContext } from '@/lib/services/context';
import { login } from '@/lib/services/login';
import { createUser } from '@/lib/services/users';
import { median, timed } from './measure';
import { withProduct } from './product';
import type { Row } from './report';

const TRIES = 60;
/** Chance alone keeps the share within 0.5 ± 0.16 (three standard errors of 60 against 60). */
const BAR = 0.16;

/** Whether a refused login tells by its time that the name exists. */
export async function benchLogins(folder: string): Promise<Row[]> {
  return withProduct(folder, async ({ runtime }) => {
    const { services: ctx } = runtime;
    await keepOnce(ctx.db, 'setup-done', {});
    await createUser(ctx, { username: 'known', password: randomUUID(), level: 1 });
    const known: number[] = [];
    const unknown: number[] = [];
    // In turn, so that a machine that slows down slows both; the first ones warm up.
    for (let round = -5; round < TRIES; round++) {
      const knownMs = await timed(() => refusedLogin(ctx, 'known'));
      const unknownMs = await timed(() => refusedLogin(ctx, `nobody ${randomUUID()}`));
      if (round < 0) continue;
      known.push(knownMs);
      unknown.push(unknownMs);
    }
    const share = shareOfFaster(unknown, known);
    return [
      {
        work: `login refused: wrong password against unknown name, ${TRIES} each`,
        result: { name: 'wrong password p50', value: median(known), unit: 'ms' },
        baseline: { name: 'unknown name p50', value: median(unknown), unit: 'ms' },
        ratio: median(known) / median(unknown),
        bar: `unknown names faster in 50 ± ${BAR * 100} % of pairs`,
        met: Math.abs(share - 0.5) <= BAR,
        more: [{ name: 'faster in', value: share * 100, unit: '%' }],
      },
    ];
  });
}

async function refusedLogin(ctx: ServiceContext, username: string): Promise<void> {
  const nobody = { ...ctx.caller, actor: { kind: 'nobody' as const } };
  const fresh = { ...ctx, caller: nobody, auth: { ...ctx.auth, guard: openLoginGuard() } };
  try {
    await login(fresh, { username, password: 'a wrong password', browser: false });
  } catch (error) {
    if (isAppError(error) && error.code === 'bad_credentials') return;
    throw error;
  }
  throw new Error('A wrong password was taken.');
}

/** Of all pairs the share in which the first is smaller: the Mann–Whitney statistic, 0.5 when nothing differs. */
function shareOfFaster(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const a of first) for (const b of second) wins += a < b ? 1 : a === b ? 0.5 : 0;
  return wins / (first.length * second.length);
}
