import { queryOptions } from '@tanstack/react-query';
import { bodyOf, client, type Schemas } from '@/api/client';
import type { Tone } from '@/ui/Pill';

export type LogInput = Schemas['LogInput'];
export type LogInputInput = Schemas['LogInputInput'];

const REFRESH_MS = 5_000;
const PATH = '/api/v1/logs/inputs';
const ONE = '/api/v1/logs/inputs/{id}';

export const inputsQuery = () =>
  queryOptions({
    queryKey: ['get', PATH] as const,
    queryFn: ({ signal }) => bodyOf(client.GET(PATH, { signal })),
    refetchInterval: REFRESH_MS,
  });
export const addInput = (body: LogInputInput) => bodyOf(client.POST(PATH, { body }));
export const setInputEnabled = ({ id, enabled }: { id: number; enabled: boolean }) =>
  bodyOf(client.PATCH(ONE, { params: { path: { id } }, body: { enabled } }));
export const removeInput = (id: number) => client.DELETE(ONE, { params: { path: { id } } });

const TONES: Record<string, Tone> = { following: 'good', partly: 'warn', waiting: 'info', failing: 'bad', starting: 'info' };
export const inputTone = (state: string): Tone => TONES[state] ?? 'mute';

/** The lines of a field, without blank ones. */
export const linesOf = (text: string | undefined) => (text ?? '').split('\n').flatMap((line) => line.trim() || []);

export const KINDS = ['file', 'journal'] as const;
export const ENCODINGS = ['auto', 'utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
