import { api } from '@/api/client';

export const planQuery = (id: number) => api.queryOptions('get', '/api/v1/plans/{id}', { params: { path: { id } } });
export const TOUCHES = ['plans', 'findings', 'dashboard'];
