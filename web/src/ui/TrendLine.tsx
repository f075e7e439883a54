import { type PointerEvent, useId, useMemo, useRef, useState } from 'react';
import './trendline.css';

export type TrendSeries = { name: string; points: readonly { on: string; value: number | null }[] };
type Props = {
  series: readonly TrendSeries[];
  marks?: readonly { at: number; label: string }[];
  label: string;
  format: (value: number) => string;
  height?: number;
};
const WIDTH = 1000;
const RIGHT = 12;

/** A small line chart over days, in SVG: loads with the page, where the large chart library would double its weight. */
export function TrendLine({ series, marks = [], label, format, height = 220 }: Props) {
  const title = useId();
  const frame = useRef<SVGSVGElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const days = useMemo(() => [...new Set(series.flatMap((s) => s.points.map((p) => p.on)))].sort(), [series]);
  const { low, high } = useMemo(() => bounds(series, marks), [series, marks]);
  const x = (i: number) => (days.length < 2 ? 0.5 : i / (days.length - 1)) * (WIDTH - RIGHT);
  const y = (value: number) => 12 + (1 - (value - low) / (high - low)) * (height - 40);
  const index = new Map(days.map((day, i) => [day, i]));
  const step = high - low > 0.5 ? 0.2 : 0.1;
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);
  const move = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || days.length === 0) return;
    const share = ((event.clientX - box.left) / box.width) * (WIDTH / (WIDTH - RIGHT));
    setAt(Math.max(0, Math.min(days.length - 1, Math.round(share * (days.length - 1)))));
  };
  const day = at === null ? undefined : days[at];
  return (
    <figure className="trend">
      <ul className="trend-legend">
        {series.map((s, i) => (
          <li key={s.name} className={`series-${i % 6}`}>
            {s.name}
          </li>
        ))}
      </ul>
      <div className="trend-frame" onPointerMove={move} onPointerLeave={() => setAt(null)}>
        <svg ref={frame} viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" height={height} role="img" aria-labelledby={title}>
          <title id={title}>{label}</title>
          {ticks.map((tick) => (
            <line key={tick} className="trend-grid" x1={0} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
          ))}
          {marks
            .filter((mark) => mark.at >= low && mark.at <= high)
            .map((mark) => (
              <line key={mark.at} className="trend-mark" x1={0} x2={WIDTH - RIGHT} y1={y(mark.at)} y2={y(mark.at)} />
            ))}
          {series.map((s, i) => (
            <path key={s.name} className={`trend-path series-${i % 6}`} d={pathOf(s, (on) => x(index.get(on) ?? 0), y)} />
          ))}
          {at !== null && <line className="trend-cursor" x1={x(at)} x2={x(at)} y1={12} y2={height - 28} />}
        </svg>
        {ticks.map((tick) => (
          <span key={tick} className="trend-y num" style={{ top: y(tick) - 8 }}>
            {format(tick)}
          </span>
        ))}
        {marks
          .filter((mark) => mark.at >= low && mark.at <= high)
          .map((mark) => (
            <span key={mark.at} className="trend-mark-label" style={{ top: y(mark.at) - 17 }}>
              {mark.label}
            </span>
          ))}
        {days.map((d, i) =>
          i % Math.max(1, Math.ceil(days.length / 7)) === 0 ? (
            <span key={d} className="trend-x num" style={{ left: `${x(i) / 10}%` }}>
              {d.slice(5)}
            </span>
          ) : null,
        )}
        {day !== undefined && at !== null && (
          <div className="trend-tip" style={{ left: `${x(at) / 10}%` }} data-side={at > days.length / 2 ? 'left' : 'right'}>
            <b className="num">{day}</b>
            {series.map((s, i) => {
              const value = s.points.find((p) => p.on === day)?.value;
              return (
                <span key={s.name} className={`series-${i % 6}`}>
                  {s.name} <b className="num">{value === null || value === undefined ? '—' : format(value)}</b>
                </span>
              );
            })}
          </div>
        )}
      </div>
    </figure>
  );
}

function bounds(series: Props['series'], marks: NonNullable<Props['marks']>) {
  const values = series.flatMap((s) => s.points.flatMap((p) => (p.value === null ? [] : [p.value])));
  if (values.length === 0) return { low: 0, high: 1 };
  const near = marks.map((m) => m.at).filter((m) => Math.abs(m - Math.max(...values)) < 0.4);
  const floor = Math.floor(Math.min(...values) * 10 - 0.2);
  const high = Math.min(10, Math.ceil(Math.max(...values, ...near) * 10 + 0.2));
  const span = Math.max(1, high - floor);
  // Wide spans are ticked every 20 %, so they cover an even number of tenths.
  return { low: Math.max(0, high - (span > 5 ? span + (span % 2) : span)) / 10, high: high / 10 };
}

function pathOf(series: TrendSeries, x: (on: string) => number, y: (value: number) => number) {
  let open = false;
  let path = '';
  for (const point of series.points) {
    if (point.value === null) {
      open = false;
      continue;
    }
    path += `${open ? 'L' : 'M'}${x(point.on).toFixed(1)} ${y(point.value).toFixed(1)}`;
    open = true;
  }
  return path;
}
