import { useQuery } from '@tanstack/react-query';
import { DatePicker, Form, Input } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { useChange } from '@/features/shared/useChange';
import { useText } from '@/i18n/words';
import { Pill } from '@/ui/Pill';

const settingsQuery = () => api.queryOptions('get', '/api/v1/plans/settings');

/** How the hospital plans: what plans are numbered by, and which days are worked. */
export function PlanningDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const [form] = Form.useForm();
  const { data } = useQuery({ ...settingsQuery(), enabled: open });
  const save = useChange((body: Schemas['PlanningInput']) => bodyOf(client.PUT('/api/v1/plans/settings', { body })), {
    touches: ['plans'],
    done: t('common.saved'),
    onDone: onClose,
  });
  return (
    <FormDrawer<Schemas['PlanningInput']>
      open={open}
      title={t('plan.settings')}
      form={form}
      recordKey={data ? 'loaded' : 'loading'}
      values={data && { number_prefix: data.number_prefix, holidays: data.holidays, worked: data.worked }}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(v) => save.mutate({ number_prefix: v.number_prefix ?? null, holidays: v.holidays ?? [], worked: v.worked ?? [] })}
      after={
        data && (
          <section aria-label={t('plan.calendar')}>
            <p className="strong">{t('plan.calendar')}</p>
            {data.years.map((year) => (
              <p key={year.year} className="sub small">
                <b className="num">{year.year}</b>{' '}
                <Pill tone={year.announced ? 'good' : 'info'}>{t(year.announced ? 'plan.announced' : 'plan.expectedByLaw')}</Pill>{' '}
                {text(year.source)}
              </p>
            ))}
          </section>
        )
      }
    >
      <Form.Item name="number_prefix" label={t('plan.numberPrefix')} extra={t('plan.numberPrefixHint')}>
        <Input maxLength={24} />
      </Form.Item>
      <Form.Item name="holidays" label={t('plan.holidays')}>
        <DaysField />
      </Form.Item>
      <Form.Item name="worked" label={t('plan.worked')} extra={t('plan.ownDaysHint')}>
        <DaysField />
      </Form.Item>
    </FormDrawer>
  );
}

/** Some days as `YYYY-MM-DD` texts in a form. */
function DaysField({ value, onChange, id }: { value?: string[]; onChange?: (days: string[]) => void; id?: string }) {
  const chosen = (days: Dayjs[] | null) => (days ?? []).map((day) => day.format('YYYY-MM-DD')).sort();
  return (
    <DatePicker
      multiple
      className="choose"
      format="YYYY-MM-DD"
      value={(value ?? []).map((day) => dayjs(day))}
      onChange={(days: Dayjs[] | null) => onChange?.(chosen(days))}
      {...(id ? { id } : {})}
    />
  );
}
