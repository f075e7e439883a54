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
  const { forecast_days, days_kept, least_days } = storage;
  return forecast_days !== null && days_kept + forecast_days < least_days ? 'short' : 'growing';
}

/** Whether the disk is full before anybody has had the time to buy another. */
export const isDiskShort = ({ forecast_days }: LogStorage) => forecast_days !== null && forecast_days < SOON_DAYS;

/** Whether the disk holds all logs until the oldest are as old as they are to become. */
export const fitsOnDisk = ({ forecast_bytes, bytes, disk_free_bytes }: LogStorage) => forecast_bytes - bytes <= disk_free_bytes;

/** As many days as a chart shows at least. */
const CHART_DAYS = 14;
const DAY_MS = 86_400_000;
/** Each day up to today, those without logs too: a day that is missing is what one looks for. */
export function everyDay(days: LogStorage['days'], today: string): LogStorage['days'] {
  const known = new Map(days.map((one) => [one.day, one]));
  const end = Date.parse(today);
  const first = Math.min(end - (CHART_DAYS - 1) * DAY_MS, ...days.map((one) => Date.parse(one.day)));
  return Array.from({ length: Math.round((end - first) / DAY_MS) + 1 }, (_, i) => {
    const day = new Date(first + i * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { day, events: 0, bytes: 0 };
  });
}

type Figure = (n: number) => string;

/** Events by day as bars. */
export function daysOption(days: LogStorage['days'], dark: boolean, words: { events: string; size: string; count: Figure; short: Figure }) {
  const p = dark ? palette.dark : palette.light;
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
