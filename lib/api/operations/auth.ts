import { loginAnswer, loginInput, setupState } from '@/lib/contracts/people';
import { login, logout } from '@/lib/services/login';
import { getSetupState } from '@/lib/services/setup';
import { operation } from '../operation';

export const loginOperation = operation('login', {
  method: 'POST',
  path: '/api/v1/auth/login',
  summary: 'Log in and get a token',
  description:
    'The token is valid for 12 hours and goes into `Authorization: Bearer`. On a new server the first login makes the administrator. After five wrong passwords a solved reCAPTCHA (`captcha`) or waiting (429 with Retry-After) is needed.',
  action: login.action,
  body: loginInput,
  answer: loginAnswer,
  async fn({ ctx, body }) {
    const { jti: _jti, ...answer } = await login(ctx, { ...body, browser: false });
    return answer;
  },
});

export const logoutOperation = operation('logout', {
  method: 'POST',
  path: '/api/v1/auth/logout',
  summary: 'End the login that asks',
  description: 'Its token is refused from then on, and streams that it opened end.',
  action: logout.action,
  answer: null,
  fn: ({ ctx }) => logout(ctx, undefined),
});

export const setupOperation = operation('getSetupState', {
  method: 'GET',
  path: '/api/v1/auth/setup',
  summary: 'Whether the first administrator exists',
  action: getSetupState.action,
  answer: setupState,
  fn: ({ ctx }) => getSetupState(ctx, undefined),
});
