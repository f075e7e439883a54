import { ClockCircleOutlined } from '@ant-design/icons';
import { Button, DatePicker, Popover } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogSearchState } from './useLogSearch';
import { fromWallTime, rangePatch, SPANS, spanPatch, type TimeRange, wallTime } from './view';

const SHOWN = 'YYYY-MM-DD HH:mm:ss';

/** The time that is searched: back from now, or from one moment to another. */
export function TimePicker({ search }: { search: LogSearchState }) {
  const { t } = useTranslation();
  const { view, asked, ask } = search;
  const [isOpen, setOpen] = useState(false);
  const choose = (patch: Record<string, string | undefined>) => {
    ask(patch);
    setOpen(false);
  };
  const label = view.span ? t(`log.span.${view.span}`) : `${wallTime(asked.from).slice(5, 16)} – ${wallTime(asked.to).slice(5, 16)}`;
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={isOpen}
      onOpenChange={setOpen}
      content={
        <section className="time-picker" aria-label={t('log.time')}>
          <ul className="plain">
            {SPANS.map((span) => (
              <li key={span}>
                <Button type={view.span === span ? 'primary' : 'text'} block onClick={() => choose(spanPatch(span))}>
                  {t(`log.span.${span}`)}
                </Button>
              </li>
            ))}
          </ul>
          <Absolute range={asked} onChoose={(range) => choose(rangePatch(range))} />
        </section>
      }
    >
      <Button
        icon={<ClockCircleOutlined aria-hidden />}
        className="time-button num"
        disabled={view.live}
        aria-haspopup="dialog"
        aria-label={`${t('log.time')} ${label}`}
      >
        {label}
      </Button>
    </Popover>
  );
}

function Absolute({ range, onChoose }: { range: TimeRange; onChoose: (range: TimeRange) => void }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(() => wallTime(range.from));
  const [to, setTo] = useState(() => wallTime(range.to));
  const field = (value: string, set: (text: string) => void, label: string) => (
    <div>
      <span className="sub small">{label}</span>
      <DatePicker
        className="choose"
        showTime
        allowClear={false}
        needConfirm={false}
        format={SHOWN}
        value={dayjs(value)}
        onChange={(time) => time && set(time.format(SHOWN))}
        aria-label={label}
      />
    </div>
  );
  return (
    <div className="time-absolute">
      {field(from, setFrom, t('log.from'))}
      {field(to, setTo, t('log.to'))}
      <Button type="primary" disabled={from >= to} onClick={() => onChoose({ from: fromWallTime(from), to: fromWallTime(to) })}>
        {t('log.apply')}
      </Button>
      <p className="sub small plain-p">{t('log.zone')}</p>
    </div>
  );
}
