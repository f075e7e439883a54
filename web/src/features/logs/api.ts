import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, bodyOf, client, multipart, type Schemas } from '@/api/client';
import { files } from '@/features/shared/paths';
import type { LogExport, SourceInput } from './types';
import type { TimeRange } from './view';

/** A query over a time. */
export type Asked = TimeRange & { query: string };
const PAGE = 100;
const FACET_VALUES = 10;
const BUCKETS = 60;

export const eventsQuery = (asked: Asked, order: 'desc' | 'asc') =>
  infiniteQueryOptions({
    queryKey: ['get', '/api/v1/logs/events', asked, order] as const,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = { ...asked, order, limit: PAGE, ...(pageParam === null ? {} : { before_sequence: pageParam }) };
      return bodyOf(client.GET('/api/v1/logs/events', { params: { query }, signal }));
    },
    getNextPageParam: (last) => (last.more ? last.cursor : null),
  });
export const histogramQuery = (asked: Asked) =>
  api.queryOptions('get', '/api/v1/logs/histogram', { params: { query: { ...asked, buckets: BUCKETS } } });
export const facetsQuery = (asked: Asked, fields: readonly string[]) =>
  api.queryOptions('get', '/api/v1/logs/facets', { params: { query: { ...asked, fields: fields.join(','), limit: FACET_VALUES } } });
export const fieldsQuery = () => api.queryOptions('get', '/api/v1/logs/fields');
export const contextQuery = (sequence: string, rows: number) =>
  api.queryOptions('get', '/api/v1/logs/context', { params: { query: { sequence, before: rows, after: rows } } });
export const sourcesQuery = () => api.queryOptions('get', '/api/v1/logs/sources');
export const listenersQuery = () => api.queryOptions('get', '/api/v1/logs/listeners');
export const storageQuery = () => api.queryOptions('get', '/api/v1/logs/storage');
export const searchesQuery = () => api.queryOptions('get', '/api/v1/logs/searches');
export const tokensQuery = () => api.queryOptions('get', '/api/v1/logs/tokens');
export const parsersQuery = () => api.queryOptions('get', '/api/v1/logs/parsers');

export const saveSource = ({ id, ...body }: SourceInput & { id: number }) =>
  bodyOf(client.PATCH('/api/v1/logs/sources/{id}', { params: { path: { id } }, body }));
export const saveSearch = (body: Schemas['SavedSearchInput']) => bodyOf(client.POST('/api/v1/logs/searches', { body }));
export const removeSearch = (id: number) => client.DELETE('/api/v1/logs/searches/{id}', { params: { path: { id } } });
export const makeToken = (body: Schemas['LogTokenInput']) => bodyOf(client.POST('/api/v1/logs/tokens', { body }));
export const revokeToken = ({ id, reason }: { id: number; reason: string }) =>
  client.DELETE('/api/v1/logs/tokens/{id}', { params: { path: { id } }, body: { reason } });
export const tryParser = (body: Schemas['LogTrialInput']) => bodyOf(client.POST('/api/v1/logs/trial', { body }));
export const importFile = ({ file, source }: { file: File; source: string }) => {
  const { bodySerializer: fileAlone, body } = multipart(file);
  const bodySerializer = () => {
    const form = fileAlone();
    form.append('source', source);
    return form;
  };
  return bodyOf(client.POST('/api/v1/logs/imports', { body: { ...body, source }, bodySerializer }));
};
/** The file as the server makes it, with the name it gave. */
export const exportEvents = async (body: LogExport): Promise<File> => {
  const { data, response } = await client.POST('/api/v1/logs/export', { body, parseAs: 'blob' });
  const name = /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return new File([data ?? ''], name ?? `logs.${body.format}`);
};

/** New events as they are kept; the browser connects again by itself when the line breaks. */
export const tailSource = (query: string) => new EventSource(files.logTail(query));
