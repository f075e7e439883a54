import { Segmented } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Axis, axisOf, DAY, msOf, SCALES, type Scale } from './axis';
import { GanttBar } from './GanttBar';
import type { GanttRow } from './ganttRows';
import './gantt.css';

const ROW = 36;
const SIDE = 360;

type Props = { rows: readonly GanttRow[]; today: string; onMove: (id: number, days: number) => void; onOpen: (id: number) => void };

/** Phases and tasks on a time axis: drag or Alt+arrows to move a task, Enter or click to open it. */
export function Gantt({ rows, today, onMove, onOpen }: Props) {
  const { t, i18n } = useTranslation();
  const [scale, setScale] = useState<Scale>('week');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const scroll = useRef<HTMLDivElement>(null);
  const px = SCALES[scale];
  const shown = useMemo(() => rows.filter((r) => r.parent === null || !closed.has(r.parent)), [rows, closed]);
  const axis = useMemo(() => axisOf(rows, scale, i18n.language, today), [rows, scale, i18n.language, today]);
  const { start, days } = axis;
  const x = useCallback((day: string) => ((msOf(day) - start) / DAY) * px, [start, px]);
  useEffect(() => {
    const element = scroll.current;
    if (element) element.scrollLeft = Math.max(0, ((msOf(today) - start) / DAY) * px - element.clientWidth * 0.35);
  }, [today, start, px]);
  const toggle = (key: string) =>
    setClosed((old) => {
      const next = new Set(old);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const width = days * px;
  const height = shown.length * ROW;
  return (
    <div className="gantt">
      <div className="gantt-bar">
        <Segmented
          aria-label={t('gantt.scale')}
          value={scale}
          onChange={(v) => setScale(v as Scale)}
          options={(['day', 'week', 'month'] as const).map((value) => ({ value, label: t(`gantt.${value}`) }))}
        />
        <span className="sub small">{t('gantt.hint')}</span>
        <ul className="plain gantt-legend">
          {(['todo', 'doing', 'verifying', 'done', 'overdue'] as const).map((status) => (
            <li key={status} className={`lg ${status}`}>
              {t(`gantt.status.${status}`)}
            </li>
          ))}
        </ul>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="gantt-scroll" ref={scroll} tabIndex={0} aria-label={t('gantt.title')}>
        <div className="gantt-in" style={{ width: SIDE + width }}>
          <Head axis={axis} width={width} />
          <div className="gantt-body">
            <div className="gantt-canvas" style={{ left: SIDE, width, height }} aria-hidden="true">
              {scale !== 'month' && axis.weekends.map((at) => <i key={at} className="we" style={{ left: at, width: 2 * px }} />)}
            </div>
            <ul className="gantt-rows">
              {shown.map((row) => (
                <li key={row.key} className={`gantt-row k-${row.kind}`} style={{ height: ROW }}>
                  <Side row={row} open={!closed.has(row.key)} onToggle={() => toggle(row.key)} />
                  {row.kind === 'phase' ? (
                    <div className="sum" style={{ left: SIDE + x(row.start), width: Math.max(px, x(row.end) - x(row.start) + px) }} />
                  ) : (
                    <GanttBar
                      row={row}
                      left={SIDE + x(row.start)}
                      width={Math.max(px, x(row.end) - x(row.start) + px)}
                      px={px}
                      onMove={onMove}
                      onOpen={onOpen}
                    />
                  )}
                </li>
              ))}
            </ul>
            <div className="today" style={{ left: SIDE + x(today) + px / 2, height }}>
              <span>{t('gantt.today')}</span>
            </div>
          </div>
        </div>
      </section>
    </div>
  );
}

function Head({ axis, width }: { axis: Axis; width: number }) {
  const { t } = useTranslation();
  return (
    <div className="gantt-head">
      <div className="gantt-left head">
        <span>{t('task.title')}</span>
        <span>{t('field.owner')}</span>
        <span className="r">{t('gantt.progress')}</span>
      </div>
      <div className="gantt-time" style={{ width }}>
        {axis.months.map((month) => (
          <span key={month.x} className="m" style={{ left: month.x, width: month.width }}>
            {month.width > 76 && <b>{month.label}</b>}
          </span>
        ))}
        {axis.ticks.map((tick) => (
          <span key={tick.x} className="d num" style={{ left: tick.x }}>
            {tick.label}
          </span>
        ))}
      </div>
    </div>
  );
}

function Side({ row, open, onToggle }: { row: GanttRow; open: boolean; onToggle: () => void }) {
  return (
    <div className="gantt-left">
      {row.kind === 'phase' ? (
        <button type="button" className="tw" aria-expanded={open} aria-label={row.name} onClick={onToggle}>
          {open ? '▾' : '▸'}
        </button>
      ) : (
        <i className="tw" />
      )}
      <span className="nm" title={row.name}>
        {row.name}
      </span>
      <span className="ow">{row.owner}</span>
      <span className="r num">{`${row.progress}%`}</span>
    </div>
  );
}
