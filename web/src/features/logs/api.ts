import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { bodyOf, client } from '@/api/client';
import { files } from '@/features/shared/paths';
import type {
  KnownField,
  LogEvent,
  LogExport,
  LogFacets,
  LogHistogram,
  LogImport,
  LogParser,
  LogSearch,
  LogSource,
  LogStorage,
  LogToken,
  LogTrial,
  SavedSearch,
  SavedSearchInput,
  SourceInput,
} from './types';
import type { TimeRange } from './view';

type Init = Record<string, unknown>;
type Answer = Promise<{ data?: unknown; response: Response }>;
type Method = (path: string, init?: Init) => Answer;
const server = client as unknown as Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Method>;

const read = <T>(path: string, query: Record<string, unknown> = {}) =>
  queryOptions({
    queryKey: ['get', `/api/v1/logs/${path}`, { params: { query } }] as const,
    queryFn: async ({ signal }) => (await bodyOf(server.GET(`/api/v1/logs/${path}`, { params: { query }, signal }))) as T,
  });
const post = async <T>(path: string, body: unknown) => (await bodyOf(server.POST(`/api/v1/logs/${path}`, { body }))) as T;

/** A query over a time. */
export type Asked = TimeRange & { query: string };
const PAGE = 100;
const FACET_VALUES = 10;
const BUCKETS = 60;

export const eventsQuery = (asked: Asked, order: 'desc' | 'asc') =>
  infiniteQueryOptions({
    queryKey: ['get', '/api/v1/logs/events', asked, order] as const,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...asked, order, limit: PAGE, ...(pageParam === null ? {} : { before_sequence: pageParam }) };
      return (await bodyOf(server.GET('/api/v1/logs/events', { params: { query }, signal }))) as LogSearch;
    },
    getNextPageParam: (last) => (last.more ? last.cursor : null),
  });
export const histogramQuery = (asked: Asked) => read<LogHistogram>('histogram', { ...asked, buckets: BUCKETS });
export const facetsQuery = (asked: Asked, fields: readonly string[]) =>
  read<LogFacets>('facets', { ...asked, fields: fields.join(','), limit: FACET_VALUES });
export const fieldsQuery = () => read<KnownField[]>('fields');
export const contextQuery = (sequence: string, rows: number) => read<LogEvent[]>('context', { sequence, before: rows, after: rows });
export const sourcesQuery = () => read<LogSource[]>('sources');
export const storageQuery = () => read<LogStorage>('storage');
export const searchesQuery = () => read<SavedSearch[]>('searches');
export const tokensQuery = () => read<LogToken[]>('tokens');
export const parsersQuery = () => read<LogParser[]>('parsers');

export const saveSource = async ({ id, ...body }: SourceInput & { id: number }) =>
  (await bodyOf(server.PATCH('/api/v1/logs/sources/{id}', { params: { path: { id } }, body }))) as LogSource;
export const saveSearch = (body: SavedSearchInput) => post<SavedSearch>('searches', body);
export const removeSearch = (id: number) => server.DELETE('/api/v1/logs/searches/{id}', { params: { path: { id } } });
export const makeToken = (body: { name: string; source: string }) => post<{ token: string }>('tokens', body);
export const revokeToken = ({ id, reason }: { id: number; reason: string }) =>
  server.DELETE('/api/v1/logs/tokens/{id}', { params: { path: { id } }, body: { reason } });
export const tryParser = (body: { text: string; parser: string | null }) => post<LogTrial>('trial', body);
export const importFile = async ({ file, source }: { file: File; source: string }) => {
  const bodySerializer = () => {
    const form = new FormData();
    form.append('source', source);
    form.append('file', file, file.name);
    return form;
  };
  return (await bodyOf(server.POST('/api/v1/logs/imports', { body: {}, bodySerializer }))) as LogImport;
};
/** The file as the server makes it, with the name it gave. */
export const exportEvents = async (body: LogExport): Promise<File> => {
  const { data, response } = await server.POST('/api/v1/logs/export', { body, parseAs: 'blob' });
  const name = /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return new File([data as Blob], name ?? `logs.${body.format}`);
};

/** New events as they are kept; the browser connects again by itself when the line breaks. */
export const tailSource = (query: string) => new EventSource(files.logTail(query));
