export const DAY = 86_400_000;
export const SCALES = { day: 26, week: 11, month: 4.2 } as const;
export type Scale = keyof typeof SCALES;
export const msOf = (day: string) => Date.parse(`${day}T00:00:00Z`);

export type Axis = {
  start: number;
  days: number;
  months: { x: number; width: number; label: string }[];
  ticks: { x: number; label: string }[];
  weekends: number[];
};

/** The time axis over some spans, with a week before and three after. */
export function axisOf(spans: readonly { start: string; end: string }[], scale: Scale, language: string, day: string): Axis {
  const px = SCALES[scale];
  const starts = [...spans.map((s) => msOf(s.start)), msOf(day)];
  const ends = [...spans.map((s) => msOf(s.end)), msOf(day)];
  const start = Math.min(...starts) - 7 * DAY;
  const days = Math.round((Math.max(...ends) + 21 * DAY - start) / DAY);
  const name = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', timeZone: 'UTC' });
  const months: Axis['months'] = [];
  const ticks: Axis['ticks'] = [];
  const weekends: number[] = [];
  for (let i = 0; i < days; i++) {
    const date = new Date(start + i * DAY);
    const weekday = date.getUTCDay();
    const ofMonth = date.getUTCDate();
    if (i === 0 || ofMonth === 1) months.push({ x: i * px, width: 0, label: name.format(date) });
    if (weekday === 6) weekends.push(i * px);
    const marked = scale === 'day' || (scale === 'week' ? weekday === 1 : ofMonth === 1 || ofMonth === 15);
    if (marked) ticks.push({ x: i * px, label: String(ofMonth) });
  }
  months.forEach((month, i) => {
    month.width = (months[i + 1]?.x ?? days * px) - month.x;
  });
  return { start, days, months, ticks, weekends };
}
