import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQuery from 'openapi-react-query';
import type { components, operations, paths } from './schema';

export type Schemas = components['schemas'];
export type Operations = operations;
export type Text = Schemas['Text'];
export type FieldProblem = Schemas['FieldProblem'];

/** A problem+json answer, or `network` when no answer came. */
export class ApiError extends Error {
  readonly slug: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];
  /** Where in what was typed it is wrong, counted in characters; problems of a query say so. */
  readonly at: number | null;
  constructor(
    slug: string,
    status: number,
    title: string,
    requestId: string | null = null,
    fields: readonly FieldProblem[] = [],
    at: number | null = null,
  ) {
    super(title);
    this.name = 'ApiError';
    this.slug = slug;
    this.status = status;
    this.requestId = requestId;
    this.fields = fields;
    this.at = at;
  }
}

/** Reads the problem of a refused answer; a body that is no problem still becomes an error with its status. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  try {
    const p = (await response.json()) as Partial<Schemas['Problem']>;
    return new ApiError(
      p.slug ?? `http-${response.status}`,
      response.status,
      p.title ?? response.statusText,
      p.request_id ?? null,
      p.fields,
      p.at ?? null,
    );
  } catch {
    return new ApiError(`http-${response.status}`, response.status, response.statusText);
  }
}

let csrf = '';
/** The session's token, sent with every request that changes something. */
export function rememberCsrf(token: string) {
  csrf = token;
}

const reading = new Set(['GET', 'HEAD']);
const session: Middleware = {
  onRequest({ request }) {
    if (csrf && !reading.has(request.method)) request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await apiErrorOf(response);
  },
  onError({ error }) {
    return error instanceof ApiError ? error : new ApiError('network', 0, error instanceof Error ? error.message : String(error));
  },
};

/** The only place that fetches. Every refusal is thrown as `ApiError`. */
export const client = createFetchClient<paths>({ credentials: 'same-origin' });
client.use(session);
export const api = createQuery(client);

/** The answer's body; operations typed with content always have one. */
export async function bodyOf<T>(answer: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await answer;
  if (data === undefined || data === null) throw new ApiError('empty-answer', 200, 'empty answer');
  return data;
}

/** A multipart body; the generated type says string for a binary part. */
export const multipart = (file: File) => ({
  body: { file: file as unknown as string },
  bodySerializer: () => {
    const form = new FormData();
    form.append('file', file, file.name);
    return form;
  },
});
