export type Parsed =
  | { ok: true; document: Record<string, unknown>; subject: string; results: number }
  | { ok: false; why: 'notJson' | 'notInspection' };

/** Looks whether a text is an inspection before it is sent; the server reads it properly. */
export function parseDocument(text: string): Parsed {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { ok: false, why: 'notJson' };
  }
  if (typeof document !== 'object' || document === null || !('format' in document)) return { ok: false, why: 'notInspection' };
  const { format, subject, results } = document as { format: unknown; subject?: { name?: unknown }; results?: unknown };
  if (format !== 'xinglin.inspection/1') return { ok: false, why: 'notInspection' };
  return {
    ok: true,
    document: document as Record<string, unknown>,
    subject: typeof subject?.name === 'string' ? subject.name : '—',
    results: Array.isArray(results) ? results.length : 0,
  };
}
