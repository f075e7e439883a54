import { PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { DayField } from '@/features/shared/DayField';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { daysFromToday, formatDay } from '@/i18n/format';
import { Card } from '@/ui/Card';
import { Pill, type Tone } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { isRange } from './ranges';

type Range = Schemas['ScanRange'];
type Ranges = { data: Schemas['ScanRangeList'] | undefined; error: unknown; refetch: () => Promise<unknown> };
const USUAL_DAYS = 30;
const TONES: Record<'inForce' | 'expired' | 'ended', Tone> = { inForce: 'good', expired: 'warn', ended: 'mute' };
const stateOf = (range: Range) => (range.in_force ? 'inForce' : range.ended_at ? 'ended' : 'expired');

/** Where scanning is allowed, by whose word and until when. */
export function RangesCard({ ranges }: { ranges: Ranges }) {
  const { t } = useTranslation();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Range | null>(null);
  const end = useChange(
    ({ id, reason }: { id: number; reason: string }) =>
      bodyOf(client.DELETE('/api/v1/scan-ranges/{id}', { params: { path: { id } }, body: { reason } })),
    { touches: ['scan-ranges'], done: t('range.endedDone'), onDone: () => setEnding(null) },
  );
  const items = ranges.data?.items;
  return (
    <Card
      className="ranges"
      title={t('range.title')}
      extra={
        may('assessment.judge') && (
          <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t('range.add')}
          </Button>
        )
      }
    >
      <p className="sub small plain-p">{t('range.hint')}</p>
      {ranges.error ? (
        <ErrorState error={ranges.error} onRetry={() => void ranges.refetch()} />
      ) : !items ? (
        <Bones lines={4} />
      ) : items.length === 0 ? (
        <p>
          <b>{t('range.none')}</b>
          <br />
          <span className="sub">{t('range.noneHint')}</span>
        </p>
      ) : (
        <ul className="plain">
          {items.map((range) => (
            <li key={range.id}>
              <div className="row wrap">
                <b className="mono">{range.range}</b>
                <Pill tone={TONES[stateOf(range)]}>{t(`range.${stateOf(range)}`)}</Pill>
                <span className="grow" />
                {range.in_force && may('assessment.judge') && (
                  <Button size="small" type="text" className="danger-text" onClick={() => setEnding(range)}>
                    {t('range.end')}
                  </Button>
                )}
              </div>
              <div className="prewrap">{range.reason}</div>
              <div className="sub small">
                {range.created_by} ·{' '}
                {range.ended_at
                  ? `${formatDay(range.ended_at)} ${range.ended_reason ?? ''}`
                  : t('range.untilDay', { day: formatDay(range.until) })}
              </div>
            </li>
          ))}
        </ul>
      )}
      <AddRange open={adding} onClose={() => setAdding(false)} />
      <ReasonDialog
        open={ending !== null}
        title={t('range.endTitle')}
        hint={ending ? t('range.endHint', { range: ending.range }) : ''}
        danger
        submit={t('range.end')}
        busy={end.isPending}
        onCancel={() => setEnding(null)}
        onSubmit={(v: { reason: string }) => ending && end.mutate({ id: ending.id, reason: v.reason })}
      />
    </Card>
  );
}

function AddRange({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm();
  const add = useChange((body: Schemas['ScanRangeInput']) => bodyOf(client.POST('/api/v1/scan-ranges', { body })), {
    touches: ['scan-ranges'],
    done: t('range.added'),
    onDone: onClose,
    quiet: true,
  });
  const required = { required: true, whitespace: true, message: t('common.required') };
  return (
    <FormDrawer<Schemas['ScanRangeInput']>
      open={open}
      title={t('range.add')}
      form={form}
      recordKey="new"
      values={{ until: daysFromToday(USUAL_DAYS) }}
      busy={add.isPending}
      error={add.error}
      onClose={() => {
        add.reset();
        onClose();
      }}
      onSubmit={(values) => add.mutate(values)}
    >
      <Form.Item
        name="range"
        label={t('range.cidr')}
        extra={t('range.cidrHint')}
        rules={[
          {
            validator: (_, value?: string) => (isRange(value ?? '') ? Promise.resolve() : Promise.reject(new Error(t('range.cidrRule')))),
          },
        ]}
      >
        <Input className="mono" spellCheck={false} placeholder="10.20.0.0/16" />
      </Form.Item>
      <Form.Item name="reason" label={t('range.consent')} extra={t('range.consentHint')} rules={[required]}>
        <Input.TextArea rows={3} maxLength={500} showCount placeholder={t('range.consentExample')} />
      </Form.Item>
      <Form.Item
        name="until"
        label={t('range.until')}
        extra={t('range.untilHint')}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <DayField />
      </Form.Item>
    </FormDrawer>
  );
}
