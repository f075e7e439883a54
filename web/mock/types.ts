import type { Operations } from '../src/api/client.ts';

type Json<C> = C extends { content: { 'application/json': infer B } } ? B : never;
type Body<O> = O extends { requestBody?: infer R } ? Json<NonNullable<R>> : undefined;
type Answers<O> = O extends { responses: infer R } ? R : never;
type Ok<R> = R extends { 200: infer A } ? A : R extends { 202: infer A } ? A : never;
/** What an operation answers: its JSON, a file's bytes, or nothing. */
export type Answer<O> =
  Answers<O> extends { 204: unknown } ? undefined : Json<Ok<Answers<O>>> extends never ? FileAnswer : Json<Ok<Answers<O>>>;
export type FileAnswer = { name: string; bytes: string };
export type Request<B> = {
  params: Record<string, string>;
  query: URLSearchParams;
  body: B;
  signedIn: string | null;
  file: { name: string } | null;
};

/** One handler for each operation of the API: a missing one does not compile. */
export type Handlers = { [K in keyof Operations]: (request: Request<Body<Operations[K]>>) => Answer<Operations[K]> };
