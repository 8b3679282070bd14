import { userIdOf } from '@/lib/auth/actor';
import { type Action, LEVEL_NAMES, type Level, type Permission, permissionOf } from '@/lib/auth/permissions';
import { AppError } from '@/lib/errors';
import type { ServiceContext } from './context';

/** Who asks, as far as rights depend on it. */
export type Asking = Pick<ServiceContext, 'caller' | 'auth'>;

/** Why the caller may not do this at all, as the error to throw; null = it may, as far as levels go. */
export function refusalOf(ctx: Asking, action: Action): AppError | null {
  const { actor } = ctx.caller;
  const permission: Permission = permissionOf(action);
  if (actor.kind === 'system' || permission.level === null) return null;
  if (permission.public && ctx.auth.publicRead) return null;
  if (permission.upstream && isUpstreamOpen(ctx)) return null;
  if (actor.kind === 'nobody')
    return new AppError('unauthorized', 401, 'This needs a login: log in, or send a token or key as Bearer.');
  if (actor.level < permission.level) return belowLevel(actor.level, permission.level);
  return actor.kind === 'key' ? keyRefusal(permission, actor.scopes) : null;
}

const isUpstreamOpen = ({ caller, auth }: Asking): boolean =>
  auth.upstreamOpen === 'all' || (auth.upstreamOpen === 'local' && caller.isLocal);

function belowLevel(own: Level, needed: Level): AppError {
  if (own === 0)
    return new AppError('inactive', 403, 'This account is inactive. Ask an administrator to activate it.');
  return new AppError(
    'forbidden',
    403,
    `This needs level ${needed} (${LEVEL_NAMES[needed]}); this account has level ${own} (${LEVEL_NAMES[own]}).`,
  );
}

function keyRefusal({ scope }: Permission, scopes: readonly string[]): AppError | null {
  if (scope === null)
    return new AppError('login_needed', 403, 'No key may do this: log in with name and password.');
  if (scopes.includes(scope) || scopes.includes('admin')) return null;
  return new AppError('scope_missing', 403, `This needs a key with the scope ${scope}.`);
}

/** Throws an AppError 401 or 403 unless the caller's level, as the database has it now, suffices. */
export function requireLevel(ctx: Asking, action: Action): void {
  const refusal = refusalOf(ctx, action);
  if (refusal) throw refusal;
}

/** Whether the caller may do this with something that belongs to `ownerId` (null = to nobody). */
export function mayWith(ctx: Asking, action: Action, ownerId: number | null): boolean {
  if (refusalOf(ctx, action)) return false;
  const { actor } = ctx.caller;
  const { others } = permissionOf(action);
  if (actor.kind === 'system' || others === undefined) return true;
  if (ownerId !== null && ownerId === userIdOf(actor)) return true;
  return actor.kind !== 'nobody' && actor.level >= others;
}

/** Throws an AppError 403 unless `what` is the caller's own or its level reaches others' too. */
export function requireOwn(ctx: Asking, action: Action, ownerId: number | null, what: string): void {
  requireLevel(ctx, action);
  if (mayWith(ctx, action, ownerId)) return;
  const others = permissionOf(action).others ?? 5;
  throw new AppError(
    'forbidden',
    403,
    `The ${what} is not this account's own: only its creator or level ${others} (${LEVEL_NAMES[others]}) may do this.`,
  );
}

/** The same for a device: one that belongs to nobody is shared by all who may do this at all. */
export function requireShared(
  ctx: Asking,
  action: Action,
  { ownerId, name }: { ownerId: number | null; name: string },
): void {
  if (ownerId === null) requireLevel(ctx, action);
  else requireOwn(ctx, action, ownerId, `device ${name}`);
}
