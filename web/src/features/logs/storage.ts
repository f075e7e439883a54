import { FONT, palette } from '@/styles/theme';
import { bytesText } from './show';
import type { LogStorage } from './types';

const SOON_DAYS = 30;

export type Standing = 'met' | 'growing' | 'short';
/**
 * Whether six months are kept: they are; they will be, since nothing is thrown away before and the disk suffices;
 * or they will not be, because retention is set shorter or the disk is full before.
 */
export function standingOf(storage: LogStorage): Standing {
  if (storage.keep_days < storage.least_days || storage.per_source.some((one) => one.keep_days < storage.least_days)) return 'short';
  if (storage.days_kept >= storage.least_days) return 'met';
  const lasts = daysUntilFull(storage);
  return lasts !== null && storage.days_kept + lasts < storage.least_days ? 'short' : 'growing';
}

/** How many more days fit on the disk at today's rate; nothing where nothing comes. */
export const daysUntilFull = (storage: LogStorage): number | null =>
  storage.bytes_per_day > 0 ? Math.floor(storage.disk_free_bytes / storage.bytes_per_day) : null;

export const isDiskShort = (storage: LogStorage) => (daysUntilFull(storage) ?? SOON_DAYS) < SOON_DAYS;

/** The days that a forecast speaks of, and what they need: as the server says, else by today's rate. */
export function forecastOf(storage: LogStorage): { days: number; bytes: number } | null {
  const days = storage.forecast_days ?? storage.keep_days;
  const bytes = storage.forecast_bytes ?? storage.bytes_per_day * days;
  return bytes > 0 ? { days, bytes } : null;
}

type Figure = (n: number) => string;

/** Events by day as bars. */
export function daysOption(storage: LogStorage, dark: boolean, words: { events: string; size: string; count: Figure; short: Figure }) {
  const p = dark ? palette.dark : palette.light;
  const { days } = storage;
  return {
    animation: false,
    textStyle: { color: p.sub, fontFamily: FONT },
    grid: { left: 60, right: 12, top: 10, bottom: 22 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      backgroundColor: p.raised,
      borderColor: p.line,
      textStyle: { color: p.text, fontFamily: FONT, fontSize: 12 },
      formatter: (shown: readonly { dataIndex: number }[]) => {
        const day = days[shown[0]?.dataIndex ?? -1];
        return day ? `${day.day}\n${words.events} ${words.count(day.events)}\n${words.size} ${bytesText(day.bytes)}` : '';
      },
    },
    xAxis: {
      type: 'category',
      data: days.map((one) => one.day.slice(5)),
      axisLine: { lineStyle: { color: p.line } },
      axisTick: { show: false },
      axisLabel: { color: p.sub, fontFamily: FONT, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 3,
      minInterval: 1,
      axisLabel: { color: p.sub, fontSize: 11, formatter: words.short },
      splitLine: { lineStyle: { color: p.line } },
    },
    series: [
      {
        name: words.events,
        type: 'bar',
        barMaxWidth: 28,
        itemStyle: { color: p.series[0], borderRadius: [2, 2, 0, 0] },
        data: days.map((one) => one.events),
      },
    ],
  };
}
