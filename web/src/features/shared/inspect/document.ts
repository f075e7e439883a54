import type { Schemas } from '@/api/client';

export const FAMILIES = [
  'linux',
  'windows',
  'mysql',
  'postgresql',
  'sql_server',
  'oracle',
  'redis',
  'mongodb',
  'dm',
  'kingbase',
  'nginx',
  'apache',
  'tomcat',
  'weblogic',
  'iis',
  'network',
  'tls',
  'hypervisor',
] as const satisfies readonly Schemas['Family'][];

export type Chosen =
  | { kind: 'document'; document: Record<string, unknown>; subject: string; results: number }
  | { kind: 'files'; files: File[]; isBundle: boolean }
  | { kind: 'bad'; why: 'notInspection' };

type Head = { format: unknown; subject?: { name?: unknown }; results?: unknown };

/** What a person chose: the result of an inspection, or files to inspect. */
export async function chosenOf(files: File[]): Promise<Chosen> {
  const [only] = files;
  if (files.length === 1 && only?.name.endsWith('.json')) {
    const document = parsed(await only.text());
    if (document && typeof document.format === 'string' && document.format.startsWith('xinglin.inspection/')) return inspection(document);
  }
  return { kind: 'files', files, isBundle: files.length === 1 && only?.name.endsWith('.zip') === true };
}

function inspection(document: Head): Chosen {
  if (document.format !== 'xinglin.inspection/1') return { kind: 'bad', why: 'notInspection' };
  const { subject, results } = document;
  return {
    kind: 'document',
    document: document as unknown as Record<string, unknown>,
    subject: typeof subject?.name === 'string' ? subject.name : '—',
    results: Array.isArray(results) ? results.length : 0,
  };
}

function parsed(text: string): Head | null {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null && 'format' in document ? (document as Head) : null;
  } catch {
    return null;
  }
}

/** The form of several files; the generated type says string for a binary part. */
export function gatheredBody(files: readonly File[], family: Schemas['Family'] | undefined, key: string) {
  return {
    body: { files: files as unknown as string[] },
    bodySerializer: () => {
      const form = new FormData();
      if (family) form.append('family', family);
      if (key) form.append('key', key);
      for (const file of files) form.append('files', file, file.webkitRelativePath || file.name);
      return form;
    },
  };
}
