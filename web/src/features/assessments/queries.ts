import { api } from '@/api/client';

export const resultQuery = (id: number) => api.queryOptions('get', '/api/v1/assessments/{id}/result', { params: { path: { id } } });
export const clausesQuery = (id: number) => api.queryOptions('get', '/api/v1/assessments/{id}/clauses', { params: { path: { id } } });
export const trendQuery = (id: number) => api.queryOptions('get', '/api/v1/assessments/{id}/trend', { params: { path: { id } } });
export const hazardsQuery = (system: number) => api.queryOptions('get', '/api/v1/hazards', { params: { query: { system_id: system } } });
export const hazardTriggersQuery = () => api.queryOptions('get', '/api/v1/hazard-triggers', {});
export const TOUCHES = ['assessments', 'hazards', 'dashboard', 'systems'];
