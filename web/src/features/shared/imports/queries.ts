import { api, bodyOf, client, multipart, type Schemas } from '@/api/client';

export type Kind = Schemas['RecordKind'];

export const previewImport = (kind: Kind, file: File) =>
  bodyOf(client.POST('/api/v1/imports/{kind}/preview', { params: { path: { kind } }, ...multipart(file) }));

export const startImport = (kind: Kind, file: File) =>
  bodyOf(client.POST('/api/v1/imports/{kind}', { params: { path: { kind } }, ...multipart(file) }));

export const jobQuery = (id: number) => api.queryOptions('get', '/api/v1/jobs/{id}', { params: { path: { id } } });

export const cancelJob = (id: number) => client.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } });

/** Fetches the rejected rows as a sheet and hands it to the browser to save. */
export async function saveRejects(kind: Kind, file: File, name: string) {
  const sheet = await bodyOf(
    client.POST('/api/v1/imports/{kind}/rejects', { params: { path: { kind } }, ...multipart(file), parseAs: 'blob' }),
  );
  const url = URL.createObjectURL(sheet as unknown as Blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
