import { expect, it } from 'vitest';
import { assetFilters } from './filters';

it('takes from the address only what the server knows', () => {
  expect(assetFilters({ q: '前置', object_type: 'server_os', system_id: '3', importance: 'critical', sort: '-name', id: '9' })).toEqual({
    q: '前置',
    object_type: 'server_os',
    system_id: 3,
    importance: 'critical',
    sort: '-name',
  });
  expect(assetFilters({ object_type: 'toaster', system_id: 'x', department_id: '-1', importance: '', sort: 'password' })).toEqual({});
});
