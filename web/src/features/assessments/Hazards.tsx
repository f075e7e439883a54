import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { DayField } from '@/features/shared/DayField';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useHazardText } from '@/features/shared/ResultFigure';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatDay, today } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { hazardsQuery, hazardTriggersQuery, TOUCHES } from './queries';

/** Major hazards, counted as found; those resolved since stay in the count and are noted. */
export function Hazards({ assessment }: { assessment: Schemas['Assessment'] }) {
  const { t } = useTranslation();
  const may = useMay();
  const count = useHazardText();
  const [adding, setAdding] = useState(false);
  const { data, error, isPending, refetch } = useQuery(hazardsQuery(assessment.system_id));
  const resolved = data?.items.filter((h) => h.resolved_on !== null).length ?? 0;
  return (
    <Card
      className="area-hazards"
      title={
        <span id="hazards">
          {t('result.hazardsTitle')} {data && <span className="num">{count(data.total, resolved)}</span>}
        </span>
      }
      extra={
        may('assessment.judge') && (
          <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t('hazard.add')}
          </Button>
        )
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Bones lines={4} />
      ) : data.items.length === 0 ? (
        <EmptyState title={t('hazard.none')} hint={t('hazard.noneHint')} />
      ) : (
        <HazardList hazards={data.items} />
      )}
      <AddDrawer assessment={assessment} open={adding} onClose={() => setAdding(false)} />
    </Card>
  );
}

function HazardList({ hazards }: { hazards: readonly Schemas['Hazard'][] }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const may = useMay();
  const [resolving, setResolving] = useState<Schemas['Hazard'] | null>(null);
  const resolve = useChange(
    ({ id, ...body }: Schemas['HazardResolve'] & { id: number }) =>
      bodyOf(client.POST('/api/v1/hazards/{id}/resolve', { params: { path: { id } }, body })),
    { touches: TOUCHES, done: t('hazard.resolved'), onDone: () => setResolving(null) },
  );
  const ordered = hazards.toSorted(
    (a, b) => Number(a.resolved_on !== null) - Number(b.resolved_on !== null) || a.found_on.localeCompare(b.found_on),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="scroll-box" tabIndex={0} aria-label={t('result.hazardsTitle')}>
      <ul className="plain hazards">
        {ordered.map((hazard) => (
          <li key={hazard.id}>
            <div className="row">
              <span className="code sub">{hazard.code}</span>
              <b className="grow">{text(hazard.title)}</b>
              {hazard.resolved_on === null ? <Pill tone="bad">{t('hazard.open')}</Pill> : <Pill tone="good">{t('hazard.done')}</Pill>}
            </div>
            <div className="row sub small">
              <span className="grow">
                {hazard.note}
                {hazard.resolved_reason ? ` → ${hazard.resolved_reason}` : ''}
              </span>
              <span className="num nowrap">
                {word('hazardSource', hazard.source)} {formatDay(hazard.found_on)}
                {hazard.resolved_on ? ` → ${formatDay(hazard.resolved_on)}` : ''}
              </span>
              {hazard.resolved_on === null && may('assessment.judge') && (
                <Button size="small" onClick={() => setResolving(hazard)}>
                  {t('hazard.resolve')}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <ReasonDialog
        open={resolving !== null}
        title={t('hazard.resolve')}
        hint={resolving ? text(resolving.title) : ''}
        busy={resolve.isPending}
        initialValues={{ resolved_on: today() }}
        onCancel={() => setResolving(null)}
        onSubmit={(v: Schemas['HazardResolve']) => resolving && resolve.mutate({ id: resolving.id, ...v })}
      >
        <Form.Item name="resolved_on" label={t('field.resolved_on')} rules={[{ required: true, message: t('common.required') }]}>
          <DayField />
        </Form.Item>
      </ReasonDialog>
    </section>
  );
}

function AddDrawer({ assessment, open, onClose }: { assessment: Schemas['Assessment']; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const [form] = Form.useForm();
  const { data: triggers } = useQuery({ ...hazardTriggersQuery(), staleTime: Number.POSITIVE_INFINITY, enabled: open });
  const codes = useMemo(
    () => triggers?.items.map((h) => ({ value: h.code, label: `${h.code}　${text(h.title)}`, ask: text(h.ask) })) ?? [],
    [triggers, text],
  );
  const code = Form.useWatch('code', form);
  const ask = codes.find((one) => one.value === code)?.ask;
  const add = useChange((body: Schemas['HazardInput']) => bodyOf(client.POST('/api/v1/hazards', { body })), {
    touches: TOUCHES,
    done: t('hazard.added'),
    onDone: onClose,
  });
  return (
    <FormDrawer<Omit<Schemas['HazardInput'], 'system_id'>>
      open={open}
      title={t('hazard.add')}
      form={form}
      recordKey="new"
      values={{ found_on: today() }}
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={(v) => add.mutate({ system_id: assessment.system_id, ...v })}
      before={<p className="sub">{t('hazard.addHint')}</p>}
    >
      <Form.Item name="code" label={t('hazard.code')} extra={ask} rules={[{ required: true, message: t('common.required') }]}>
        <Select options={codes} loading={!triggers} showSearch={{ optionFilterProp: 'label' }} />
      </Form.Item>
      <Form.Item name="note" label={t('hazard.note')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
        <Input.TextArea rows={4} maxLength={1000} />
      </Form.Item>
      <Form.Item name="found_on" label={t('field.found_on')} rules={[{ required: true, message: t('common.required') }]}>
        <DayField />
      </Form.Item>
    </FormDrawer>
  );
}
