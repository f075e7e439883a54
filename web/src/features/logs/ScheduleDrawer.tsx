import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Popconfirm, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Choose } from '@/features/shared/choices';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';
import { searchesQuery } from './api';
import { ScheduleRuns } from './ScheduleRuns';
import {
  FIRST,
  inputOf,
  type LogSchedule,
  removeSchedule,
  SCHEDULE_TOUCHES,
  type ScheduleValues,
  saveSchedule,
  UNITS,
  valuesOf,
} from './schedules';
import type { SpanCode } from './view';

type Props = {
  /** The one that is shown; nothing for a new one. */
  schedule: LogSchedule | undefined;
  /** The search that a new one is for, where it is known. */
  searchId: number | undefined;
  schedules: readonly LogSchedule[];
  onClose: () => void;
};
const MOST_COUNT = 1_000_000;
const CONDITIONS = ['at_least', 'fewer_than'] as const;
const LIMITS = { minutes: [5, 10_080], hours: [1, 168] } as const;

/** When a saved search runs, about what it alarms, and what its runs came to. */
export function ScheduleDrawer({ schedule, searchId, schedules, onClose }: Props) {
  const { t } = useTranslation();
  const may = useMay()('logs.manage');
  const [form] = Form.useForm<ScheduleValues>();
  const save = useChange(saveSchedule, { touches: SCHEDULE_TOUCHES, done: t('common.saved'), onDone: onClose, quiet: true });
  const remove = useChange(removeSchedule, { touches: SCHEDULE_TOUCHES, done: t('logSchedule.stopped'), onDone: onClose });
  const first = searchId === undefined ? FIRST : { ...FIRST, search_id: searchId };
  return (
    <FormDrawer<ScheduleValues>
      open
      title={schedule?.name ?? t('logSchedule.add')}
      form={form}
      values={schedule ? valuesOf(schedule) : first}
      recordKey={schedule?.search_id ?? 'new'}
      readOnly={!may}
      busy={save.isPending}
      error={save.error}
      width={560}
      extra={
        schedule &&
        may && (
          <Popconfirm
            title={t('logSchedule.stopAsk')}
            description={t('logSchedule.stopHint')}
            okText={t('logSchedule.stop')}
            cancelText={t('common.cancel')}
            onConfirm={() => remove.mutate(schedule.search_id)}
          >
            <Button type="text" className="danger-text" loading={remove.isPending}>
              {t('logSchedule.stop')}
            </Button>
          </Popconfirm>
        )
      }
      before={schedule && <Facts schedule={schedule} />}
      after={schedule && <ScheduleRuns schedule={schedule} />}
      onClose={onClose}
      onSubmit={(values) => save.mutate({ id: schedule?.search_id ?? values.search_id ?? 0, body: inputOf(values) })}
    >
      {!schedule && <ChooseSearch schedules={schedules} />}
      <Rhythm />
      <Form.Item label={t('logSchedule.condition')} extra={t('logSchedule.conditionHint')}>
        <span className="row">
          <Form.Item name="condition" noStyle>
            <Select
              aria-label={t('logSchedule.condition')}
              options={CONDITIONS.map((value) => ({ value, label: t(`logSchedule.than.${value}`) }))}
            />
          </Form.Item>
          <Form.Item name="count" noStyle rules={[{ required: true, message: t('common.required') }]}>
            <InputNumber aria-label={t('logSchedule.hits')} min={1} max={MOST_COUNT} precision={0} />
          </Form.Item>
          {t('logSchedule.hitsUnit')}
        </span>
      </Form.Item>
      <Form.Item name="opens_finding" label={t('logSchedule.outcome')}>
        <Radio.Group
          options={[
            { value: true, label: t('logSchedule.findingLong') },
            { value: false, label: t('logSchedule.keptLong') },
          ]}
        />
      </Form.Item>
    </FormDrawer>
  );
}

/** One of the saved searches that do not run yet. */
function ChooseSearch({ schedules }: { schedules: readonly LogSchedule[] }) {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(searchesQuery());
  const free = (data ?? []).filter((one) => schedules.every((schedule) => schedule.search_id !== one.id));
  return (
    <Form.Item
      name="search_id"
      label={t('log.saved')}
      extra={t(data && free.length === 0 ? 'logSchedule.noSearch' : 'logSchedule.searchHint')}
      rules={[{ required: true, message: t('common.required') }]}
    >
      <Choose
        label={t('log.saved')}
        loading={isPending}
        options={free.map((one) => ({ value: one.id, label: `${one.name}　${one.query || t('log.everything')}` }))}
      />
    </Form.Item>
  );
}

/** Every so many minutes or hours, or once a day. */
function Rhythm() {
  const { t } = useTranslation();
  const unit = Form.useWatch<ScheduleValues['unit'] | undefined>('unit') ?? FIRST.unit;
  const required = [{ required: true, message: t('common.required') }];
  const [least, most] = unit === 'daily' ? [1, 1] : LIMITS[unit];
  return (
    <>
      <Form.Item name="unit" label={t('logSchedule.rhythm')}>
        <Radio.Group options={UNITS.map((value) => ({ value, label: t(`logSchedule.unit.${value}`) }))} />
      </Form.Item>
      {unit === 'daily' ? (
        <Form.Item name="daily_at" label={t('logSchedule.dailyAt')} rules={required}>
          <Input type="time" className="time-of-day num" />
        </Form.Item>
      ) : (
        <Form.Item name="every" label={t(`logSchedule.everyN.${unit}`)} rules={required}>
          <InputNumber min={least} max={most} precision={0} />
        </Form.Item>
      )}
    </>
  );
}

function Facts({ schedule }: { schedule: LogSchedule }) {
  const { t } = useTranslation();
  const { query, span, created_by: by, created_at: at, problem } = schedule;
  return (
    <dl className="facts">
      <div>
        <dt>{t('log.query')}</dt>
        <dd className="mono">{query || t('log.everything')}</dd>
      </div>
      <div>
        <dt>{t('log.time')}</dt>
        <dd>{t(`log.span.${span as SpanCode}`)}</dd>
      </div>
      <div>
        <dt>{t('logSchedule.setBy')}</dt>
        <dd>
          {by} <span className="num">{formatTime(at)}</span>
        </dd>
      </div>
      {problem && (
        <div>
          <dt>{t('logSchedule.failed')}</dt>
          <dd className="late">{t(`logSchedule.problem.${problem as 'too_slow' | 'unreadable' | 'query'}`)}</dd>
        </div>
      )}
    </dl>
  );
}
