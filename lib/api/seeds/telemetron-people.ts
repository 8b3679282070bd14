import { z } from 'zod';
import type { Me, UserItem } from '@/lib/contracts/people';
import { level, loginInput, mePatch, password, userCreate, userPatch } from '@/lib/contracts/people';
import { login, logout } from '@/lib/services/login';
import { changePassword, getMe, updateMe } from '@/lib/services/me';
import { createUser, getUser, listUsers, updateUser } from '@/lib/services/users';
import { wholeNumber } from './seed-body';
import { type SeedRoute, seedRoute } from './seed-route';
import { wholeList } from './whole-list';

const seed = 'telemetron';

const userOf = ({ id, username, email, level: own }: UserItem) => ({ id, username, email, level: own });

/** The account that asks. Telemetron has two themes; who left the choice to the browser has the light one there. */
const selfOf = (me: Me) => ({ ...userOf(me), theme: me.theme === 'dark' ? 'dark' : 'light' });

const CAPTCHA_FIELD = 'g-recaptcha-response';

const loginRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/login',
  successor: '/api/v1/auth/login',
  action: login.action,
  body: loginInput.extend({ [CAPTCHA_FIELD]: z.string().max(5000).optional() }),
  async fn({ ctx, body }) {
    const { [CAPTCHA_FIELD]: solved, captcha = solved, ...input } = body;
    const answer = await login(ctx, { ...input, captcha, browser: false });
    return { access_token: answer.access_token, user: userOf(answer.user) };
  },
});

const logoutRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/logout',
  successor: '/api/v1/auth/logout',
  action: logout.action,
  async fn({ ctx }) {
    await logout(ctx, undefined);
    return { message: 'Logged out.' };
  },
});

const idRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/id',
  successor: '/api/v1/me',
  action: getMe.action,
  fn: async ({ ctx }) => selfOf(await getMe(ctx, undefined)),
});

const getUsersRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/get_users',
  successor: '/api/v1/users',
  action: listUsers.action,
  fn: ({ ctx }) => wholeList((page) => listUsers(ctx, { ...page, sort: 'name' }), userOf),
});

const getUserRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/get_user/{id}',
  successor: '/api/v1/users/{id}',
  action: getUser.action,
  fn: async ({ ctx, id }) => userOf(await getUser(ctx, id)),
});

const addUserRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/add_user',
  successor: '/api/v1/users',
  action: createUser.action,
  body: z.object(userCreate.shape).extend({ level: wholeNumber(level).default(1) }),
  status: 201,
  fn: async ({ ctx, body }) => userOf(await createUser(ctx, body)),
});

const editUserRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/edit_user/{id}',
  successor: '/api/v1/users/{id}',
  action: updateUser.action,
  body: z.object(userPatch.shape).extend({ level: wholeNumber(level).optional() }),
  fn: async ({ ctx, id, body }) => userOf(await updateUser(ctx, { ...body, id })),
});

const changePasswordRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/change_password',
  successor: '/api/v1/me/password',
  action: changePassword.action,
  body: z.object({ old_password: password, new_password: password }),
  async fn({ ctx, body }) {
    await changePassword(ctx, body);
    return { message: 'The password is changed and every login has ended: log in anew.' };
  },
});

const changeDetailsRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/change_user_details',
  successor: '/api/v1/me',
  action: updateMe.action,
  body: z.object({ username: mePatch.shape.username, email: mePatch.shape.email }),
  fn: async ({ ctx, body }) => selfOf(await updateMe(ctx, body)),
});

const changeThemeRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/change_theme',
  successor: '/api/v1/me',
  action: updateMe.action,
  body: z.object({ theme: z.enum(['dark', 'light']) }),
  fn: async ({ ctx, body }) => selfOf(await updateMe(ctx, body)),
});

/** Telemetron's logins and accounts. */
export const PEOPLE: readonly SeedRoute[] = [
  loginRoute,
  logoutRoute,
  idRoute,
  getUsersRoute,
  getUserRoute,
  addUserRoute,
  editUserRoute,
  changePasswordRoute,
  changeDetailsRoute,
  changeThemeRoute,
];
