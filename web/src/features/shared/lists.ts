import { api } from '@/api/client';

/** Lists that forms choose from; small enough to fetch whole, and kept for a while. */
export const departmentsQuery = () => api.queryOptions('get', '/api/v1/departments');
export const postsQuery = () => api.queryOptions('get', '/api/v1/posts');
export const peopleQuery = () => api.queryOptions('get', '/api/v1/people', { params: { query: { offset: 0, limit: 1000 } } });
export const systemsQuery = () => api.queryOptions('get', '/api/v1/systems');
export const assessmentsQuery = () => api.queryOptions('get', '/api/v1/assessments', { params: { query: {} } });
export const assessmentQuery = (id: number) => api.queryOptions('get', '/api/v1/assessments/{id}', { params: { path: { id } } });
export const catalogueQuery = (grade: { s: number; a: number }, extensions: readonly string[] = []) =>
  api.queryOptions('get', '/api/v1/catalogue', {
    params: { query: { s: grade.s, a: grade.a, ...(extensions.length ? { ext: extensions.join(',') } : {}) } },
  });
export const requirementQuery = (id: string) => api.queryOptions('get', '/api/v1/catalogue/{id}', { params: { path: { id } } });
