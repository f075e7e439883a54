import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `YYYY-MM-DD HH:mm` in Shanghai, whatever the language. */
export const formatTime = (at: string | null | undefined) => formatSecond(at).slice(0, 16);

/** `YYYY-MM-DD HH:mm:ss`, where the order of what happened within a minute matters. */
export function formatSecond(at: string | null | undefined): string {
  if (!at) return '—';
  const time = Date.parse(at);
  if (Number.isNaN(time)) return at;
  const p = Object.fromEntries(parts.formatToParts(time).map((x) => [x.type, x.value]));
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`;
}

/** The day of a time or date in Shanghai. */
export const formatDay = (at: string | null | undefined) => (at && at.length === 10 ? at : formatTime(at).slice(0, 10));
export const today = (now: Date = new Date()) => formatTime(now.toISOString()).slice(0, 10);
/** The day so many days from today. */
export const daysFromToday = (days: number, now: Date = new Date()) => today(new Date(now.getTime() + days * 86_400_000));

/** A fraction as a percentage, cut (not rounded) so that 89.96 % never reads as 90.0 %. */
export const formatRate = (rate: number | null | undefined, digits = 1) =>
  rate === null || rate === undefined ? '—' : `${cut(rate * 100, digits)}%`;
export const formatScore = (score: number | null | undefined) => (score === null || score === undefined ? '—' : cut(score, 2));

/** Cuts off decimals beyond `digits`, tolerant of binary fractions (0.29 × 100 is 29, not 28.9). */
export function cut(value: number, digits: number): string {
  const scale = 10 ** digits;
  return (Math.floor(value * scale + 1e-9) / scale).toFixed(digits);
}

export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Several things beside each other, with the comma of the language. */
export function useListed() {
  const english = useTranslation().i18n.language === 'en-US';
  return useCallback((items: readonly string[]) => items.join(english ? ', ' : '、'), [english]);
}

/** Money and ranges read differently in the two languages: 万元 against thousands. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const number = new Intl.NumberFormat(i18n.language);
    const count = (n: number) => number.format(n);
    const whole = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
    const compact = new Intl.NumberFormat(i18n.language, { notation: 'compact', maximumSignificantDigits: 3 });
    const range = (pair: readonly number[], one: (n: number) => string) => {
      const [low = 0, high = low] = pair;
      return low === high ? one(low) : `${one(low)} – ${one(high)}`;
    };
    // From ten thousand on, Chinese counts in 万.
    const money = (pair: readonly number[]) =>
      i18n.language === 'zh-CN' && (pair[1] ?? pair[0] ?? 0) >= 10_000
        ? t('unit.tenThousand', { n: range(pair, (yuan) => trim(yuan / 10_000)) })
        : t('unit.yuan', { n: range(pair, count) });
    return {
      count,
      /** In three figures and a word from ten thousand on: 18.9 亿, 1.89B; whole below. */
      short: (n: number) => (Math.abs(n) < 10_000 ? whole.format(n) : compact.format(n)),
      cost: (pair: readonly number[]) => ((pair[1] ?? pair[0] ?? 0) === 0 ? t('unit.free') : money(pair)),
      effort: (pair: readonly number[]) => t('unit.personDays', { n: range(pair, trim) }),
    };
  }, [t, i18n.language]);
}
const trim = (n: number) => String(Number(n.toFixed(1)));
