import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connect, Plugin } from 'vite';
import { answer } from './server.ts';

const NONCE = 'bW9jay1ub25jZQ';
// What the server sends in production, so that a preview of the build fails where production would.
const POLICY = `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${NONCE}'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`;

const api: Connect.NextHandleFunction = (request, response, next) => {
  answer(request, response).then((done) => !done && next(), next);
};

/** Answers the API from memory in `npm run dev` and `npm run preview`; no part of the build. */
export function mock(): Plugin {
  return {
    name: 'xinglin-mock',
    configureServer: (server) => void server.middlewares.use(api),
    configurePreviewServer: (server) => {
      server.middlewares.use(api);
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://mock');
        if (pathname.includes('.')) return next();
        const html = readFileSync(join(server.config.root, server.config.build.outDir, 'index.html'), 'utf8').replaceAll(
          '__CSP_NONCE__',
          NONCE,
        );
        response.setHeader('content-security-policy', POLICY);
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(html);
      });
    },
  };
}
