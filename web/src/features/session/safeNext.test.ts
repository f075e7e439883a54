import { expect, it } from 'vitest';
import { safeNext } from './SignInPage';

it('follows only addresses of this page', () => {
  expect(['/findings?state=open', '//evil.example', '/\\evil.example', 'https://evil.example', undefined].map(safeNext)).toEqual([
    '/findings?state=open',
    '/',
    '/',
    '/',
    '/',
  ]);
});
