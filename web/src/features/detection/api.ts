import { api, bodyOf, client, multipart } from '@/api/client';
import type { AlertQuery, ExceptionInput, IndicatorKind, LookBackInput, TriageInput } from './types';

const BUCKETS = 56;
type Reasoned<Id> = { id: Id; reason: string };

export const alertsQuery = (asked: AlertQuery, offset: number, limit: number) =>
  api.queryOptions('get', '/api/v1/alerts', { params: { query: { ...asked, offset, limit } } });
export const alertQuery = (id: number) => api.queryOptions('get', '/api/v1/alerts/{id}', { params: { path: { id } } });
export const alertHistogramQuery = (asked: AlertQuery) =>
  api.queryOptions('get', '/api/v1/alerts/histogram', { params: { query: { ...asked, buckets: BUCKETS } } });
export const assigneesQuery = () => api.queryOptions('get', '/api/v1/alerts/assignees');
export const exceptionsQuery = () => api.queryOptions('get', '/api/v1/detection/exceptions');
export const rulesQuery = () => api.queryOptions('get', '/api/v1/detection/rules', { params: { query: {} } });
export const ruleQuery = (id: string) => api.queryOptions('get', '/api/v1/detection/rules/{id}', { params: { path: { id } } });
export const coverageQuery = () => api.queryOptions('get', '/api/v1/detection/coverage');
export const statusQuery = () => api.queryOptions('get', '/api/v1/detection/status');
export const acceptedQuery = () => api.queryOptions('get', '/api/v1/detection/accepted');
export const countriesQuery = () => api.queryOptions('get', '/api/v1/detection/countries');
export const indicatorsQuery = (query: { q?: string; kind?: IndicatorKind; offset: number; limit: number }) =>
  api.queryOptions('get', '/api/v1/indicators', { params: { query } });
export const jobQuery = (id: number) => api.queryOptions('get', '/api/v1/jobs/{id}', { params: { path: { id } } });

export const triage = (body: TriageInput) => bodyOf(client.POST('/api/v1/alerts/triage', { body }));
export const comment = ({ id, text }: { id: number; text: string }) =>
  bodyOf(client.POST('/api/v1/alerts/{id}/comments', { params: { path: { id } }, body: { text } }));
export const raiseFinding = (id: number) => bodyOf(client.POST('/api/v1/alerts/{id}/finding', { params: { path: { id } }, body: {} }));
export const except = ({ id, ...body }: ExceptionInput & { id: number }) =>
  bodyOf(client.POST('/api/v1/alerts/{id}/exceptions', { params: { path: { id } }, body }));
export const endException = ({ id, reason }: Reasoned<number>) =>
  bodyOf(client.DELETE('/api/v1/detection/exceptions/{id}', { params: { path: { id } }, body: { reason } }));
export const addRule = (text: string) => bodyOf(client.POST('/api/v1/detection/rules', { body: { text } }));
export const changeRule = ({ id, ...body }: Reasoned<string> & { text: string }) =>
  bodyOf(client.PUT('/api/v1/detection/rules/{id}', { params: { path: { id } }, body }));
export const switchRule = ({ id, enable, reason }: Reasoned<string> & { enable: boolean }) => {
  const options = { params: { path: { id } }, body: { reason } };
  return bodyOf(
    enable ? client.POST('/api/v1/detection/rules/{id}/enable', options) : client.POST('/api/v1/detection/rules/{id}/disable', options),
  );
};
export const removeRule = ({ id, reason }: Reasoned<string>) =>
  client.DELETE('/api/v1/detection/rules/{id}', { params: { path: { id } }, body: { reason } });
export const testRule = (body: { text: string; hours: number }, signal: AbortSignal) =>
  bodyOf(client.POST('/api/v1/detection/rules/test', { body, signal }));
export const reloadRules = () => client.POST('/api/v1/detection/reload');
export const lookBack = (body: LookBackInput) => bodyOf(client.POST('/api/v1/detection/look-back', { body }));
export const uploadIndicators = ({ file, name, expires_on }: { file: File; name: string; expires_on: string | null }) => {
  const { bodySerializer: fileAlone, body } = multipart(file);
  const bodySerializer = () => {
    const form = fileAlone();
    form.append('name', name);
    if (expires_on) form.append('expires_on', expires_on);
    return form;
  };
  return bodyOf(client.POST('/api/v1/indicators/lists', { body: { ...body, name, expires_on }, bodySerializer }));
};
export const uploadCountries = ({ file, name }: { file: File; name: string }) => {
  const { bodySerializer: fileAlone, body } = multipart(file);
  const bodySerializer = () => {
    const form = fileAlone();
    form.append('name', name);
    return form;
  };
  return bodyOf(client.POST('/api/v1/detection/countries', { body: { ...body, name, expires_on: null }, bodySerializer }));
};
export const removeCountries = ({ reason }: { reason: string }) => client.DELETE('/api/v1/detection/countries', { body: { reason } });
export const withdrawAccepted = ({ id, reason }: Reasoned<number>) =>
  client.DELETE('/api/v1/detection/accepted/{id}', { params: { path: { id } }, body: { reason } });
export const removeIndicators = ({ id, reason }: Reasoned<number>) =>
  client.DELETE('/api/v1/indicators/lists/{id}', { params: { path: { id } }, body: { reason } });
