import { api, bodyOf, client, type Schemas } from '@/api/client';
import type { Tone } from '@/ui/Pill';

export type LogSchedule = Schemas['LogSchedule'];
export type ScheduleInput = Schemas['LogScheduleInput'];
export type LogRun = Schemas['LogRun'];
export const SCHEDULE_TOUCHES = ['logs/schedules', 'logs/searches', 'logs/runs', 'findings', 'dashboard'];
export const RUN_TONES: Record<LogRun['state'], Tone> = { alarm: 'bad', quiet: 'good', failed: 'warn' };

export const schedulesQuery = () => api.queryOptions('get', '/api/v1/logs/schedules');
export const runsQuery = (id: number) => api.queryOptions('get', '/api/v1/logs/searches/{id}/runs', { params: { path: { id } } });
export const runQuery = (id: number) => api.queryOptions('get', '/api/v1/logs/runs/{id}', { params: { path: { id } } });
export const saveSchedule = ({ id, body }: { id: number; body: ScheduleInput }) =>
  bodyOf(client.PUT('/api/v1/logs/searches/{id}/schedule', { params: { path: { id } }, body }));
export const removeSchedule = (id: number) => client.DELETE('/api/v1/logs/searches/{id}/schedule', { params: { path: { id } } });

export const UNITS = ['minutes', 'hours', 'daily'] as const;
export type Unit = (typeof UNITS)[number];
/** What the form holds: a number of minutes or hours, or a time of the day. */
export type ScheduleValues = {
  search_id?: number;
  unit: Unit;
  every?: number | null;
  daily_at?: string | null;
  condition: ScheduleInput['condition'];
  count: number;
  opens_finding: boolean;
};
const HOUR = 60;

/** What a new one begins with. */
export const FIRST: ScheduleValues = {
  unit: 'minutes',
  every: 15,
  daily_at: '08:30',
  condition: 'at_least',
  count: 1,
  opens_finding: true,
};

export function valuesOf(schedule: LogSchedule): ScheduleValues {
  const { every_minutes: minutes, daily_at, condition, count, opens_finding } = schedule;
  const others = { search_id: schedule.search_id, condition, count, opens_finding };
  if (minutes === null) return { ...others, unit: 'daily', every: FIRST.every ?? null, daily_at };
  const isHours = minutes % HOUR === 0;
  const every = isHours ? minutes / HOUR : minutes;
  return { ...others, unit: isHours ? 'hours' : 'minutes', every, daily_at: FIRST.daily_at ?? null };
}

export function inputOf({ unit, every, daily_at, condition, count, opens_finding }: ScheduleValues): ScheduleInput {
  const rest = { condition, count, opens_finding };
  if (unit === 'daily') return { ...rest, every_minutes: null, daily_at: daily_at ?? '' };
  return { ...rest, every_minutes: (every ?? 0) * (unit === 'hours' ? HOUR : 1), daily_at: null };
}

type Said = { key: 'logSchedule.every.minutes' | 'logSchedule.every.hours' | 'logSchedule.every.daily'; n: number | string };

/** When it runs, as a phrase and what is filled in. */
export function rhythmOf(schedule: LogSchedule): Said {
  const { unit, every, daily_at } = valuesOf(schedule);
  return { key: `logSchedule.every.${unit}`, n: (unit === 'daily' ? daily_at : every) ?? '' };
}

/** How its last run stands: one that could not be finished says more than what came before it. */
export const standingOf = (schedule: LogSchedule): LogRun['state'] | null => (schedule.problem ? 'failed' : schedule.last_state);
