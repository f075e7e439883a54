import type { IncomingMessage, ServerResponse } from 'node:http';
import document from '../openapi.json' with { type: 'json' };
import { accountHandlers } from './accounts.ts';
import { assessmentHandlers } from './assessments.ts';
import { recordHandlers } from './records.ts';
import { Refusal } from './refusal.ts';
import type { Handlers, Request } from './types.ts';
import { workHandlers } from './work.ts';

export const handlers: Handlers = { ...accountHandlers, ...recordHandlers, ...assessmentHandlers, ...workHandlers };
type Route = { method: string; pattern: RegExp; names: string[]; operation: keyof Handlers };

const routes: Route[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(/\./g, '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`),
    names: [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ''),
    operation: operationId as keyof Handlers,
  })),
);

async function bodyOf(request: IncomingMessage): Promise<{ body: unknown; file: { name: string } | null }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (request.headers['content-type']?.startsWith('multipart/'))
    return { body: undefined, file: { name: /filename="([^"]*)"/.exec(bytes.toString())?.[1] ?? 'file' } };
  return { body: bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined, file: null };
}

const signedInOf = (request: IncomingMessage) => /(?:^|; )mock_user=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? null;

/** Answers a request to the API; false when it is none. */
export async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://mock');
  if (!url.pathname.startsWith('/api/')) return false;
  const send = (status: number, type: string, content: string) => {
    response.statusCode = status;
    response.setHeader('content-type', type);
    response.end(content);
  };
  try {
    const route = routes.find((r) => r.method === request.method && r.pattern.test(url.pathname));
    if (!route) throw new Refusal('not-found', 404);
    const values = route.pattern.exec(url.pathname)?.slice(1) ?? [];
    const { body, file } = await bodyOf(request);
    const signedIn = signedInOf(request);
    const open = route.operation === 'get_setup' || route.operation === 'set_up' || route.operation === 'sign_in';
    if (!open && !signedIn) throw new Refusal('not-signed-in', 401);
    const params = Object.fromEntries(route.names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]));
    const handle = handlers[route.operation] as (r: Request<unknown>) => unknown;
    const result = handle({ params, query: url.searchParams, body, signedIn, file });
    if (route.operation === 'sign_in')
      response.setHeader('set-cookie', `mock_user=${(body as { username: string }).username}; Path=/; SameSite=Strict`);
    if (route.operation === 'sign_out') response.setHeader('set-cookie', 'mock_user=; Path=/; Max-Age=0');
    if (result === undefined) {
      response.statusCode = 204;
      response.end();
    } else if (typeof result === 'object' && result !== null && 'bytes' in result)
      send(200, 'application/octet-stream', String(result.bytes));
    else send(route.operation === 'start_import' ? 202 : 200, 'application/json', JSON.stringify(result));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal('internal', 500);
    if (!(error instanceof Refusal)) console.error(error);
    send(
      refusal.status,
      'application/problem+json',
      JSON.stringify({
        type: `/problems/${refusal.slug}`,
        title: refusal.slug,
        status: refusal.status,
        slug: refusal.slug,
        fields: [],
        request_id: 'mock-0001',
      }),
    );
  }
  return true;
}
