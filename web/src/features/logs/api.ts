import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, client, multipart, type Schemas } from '@/api/client';
import { files } from '@/features/shared/paths';
import type { LogExport, SourceInput, SqlExport } from './types';
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
export const sqlColumnsQuery = () => api.queryOptions('get', '/api/v1/logs/sql/columns');
/** A question is asked once for each turn, and called off when nobody waits for it any more. */
export const sqlQuery = (sql: string, mask: boolean, turn: number) =>
  queryOptions({
    queryKey: ['post', '/api/v1/logs/sql', sql, mask, turn] as const,
    queryFn: ({ signal }) => bodyOf(client.POST('/api/v1/logs/sql', { body: { sql, mask }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
/** The file as the server makes it, with the name it gave. */
const fileOf = ({ data, response }: { data?: unknown; response: Response }, otherwise: string): File => {
  const name = /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return new File([(data as Blob | undefined) ?? ''], name ?? otherwise);
};
export const exportEvents = async (body: LogExport): Promise<File> =>
  fileOf(await client.POST('/api/v1/logs/export', { body, parseAs: 'blob' }), `logs.${body.format}`);
export const exportAnswer = async (body: SqlExport): Promise<File> =>
  fileOf(await client.POST('/api/v1/logs/sql/export', { body, parseAs: 'blob' }), 'logs-sql.csv');

/** New events as they are kept; the browser connects again by itself when the line breaks. */
export const tailSource = (query: string) => new EventSource(files.logTail(query));
