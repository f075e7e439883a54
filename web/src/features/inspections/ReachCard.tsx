import { QuestionCircleOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Segmented, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { blanksAsNull } from '@/features/shared/FormDrawer';
import { ProblemAlert } from '@/features/shared/problems';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill, type Tone } from '@/ui/Pill';
import { ruleText, zonesText } from './firewall';

type Answer = Schemas['ReachAnswer'];
const TONES: Record<Answer['verdict'], Tone> = { permitted: 'bad', partly: 'warn', denied: 'good', unanswered: 'mute' };
const SHOWN_PARTS = 50;
type Question = 'reach' | 'who';

/** Is A allowed to reach B, and by which rule? Who reaches B at all? */
export function ReachCard({ id, sets }: { id: number; sets: readonly Schemas['PolicySet'][] }) {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question>('reach');
  const [form] = Form.useForm();
  const ask = useMutation({
    mutationFn: (values: Schemas['ReachInput']) => {
      const path = { params: { path: { id } } };
      if (question === 'reach') return bodyOf(client.POST('/api/v1/inspections/{id}/reach', { ...path, body: values }));
      const { from: _, ...body } = values;
      return bodyOf(client.POST('/api/v1/inspections/{id}/who-can-reach', { ...path, body }));
    },
  });
  const zones = useMemo(() => zonesOf(sets), [sets]);
  const choose = (name: string, label: string, options: readonly string[]) => (
    <Form.Item name={name} label={label}>
      <Select allowClear showSearch options={options.map((value) => ({ value, label: value }))} placeholder={t('firewall.any')} />
    </Form.Item>
  );
  return (
    <Card
      title={t('firewall.question')}
      extra={
        <Segmented
          aria-label={t('firewall.question')}
          value={question}
          onChange={(v) => {
            setQuestion(v === 'who' ? 'who' : 'reach');
            ask.reset();
          }}
          options={[
            { value: 'reach', label: t('firewall.isReached') },
            { value: 'who', label: t('firewall.whoReaches') },
          ]}
        />
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        className="reach-form"
        initialValues={{ from: 'any', service: 'tcp/1521', policy: sets.length === 1 ? sets[0]?.name : undefined }}
        onFinish={(values) => ask.mutate(blanksAsNull(values) as Schemas['ReachInput'])}
      >
        {question === 'reach' && (
          <Form.Item name="from" label={t('firewall.from')} rules={[{ required: true, message: t('common.required') }]}>
            <Input className="mono" placeholder="10.20.0.0/16" />
          </Form.Item>
        )}
        <Form.Item name="to" label={t('firewall.to')} rules={[{ required: true, message: t('common.required') }]}>
          <Input className="mono" placeholder="10.10.1.5" />
        </Form.Item>
        <Form.Item name="service" label={t('firewall.service')} rules={[{ required: true, message: t('common.required') }]}>
          <Input className="mono" placeholder="tcp/1521" />
        </Form.Item>
        {choose('from_zone', t('firewall.fromZone'), zones)}
        {choose('to_zone', t('firewall.toZone'), zones)}
        {choose(
          'policy',
          t('firewall.policy'),
          sets.map((set) => set.name),
        )}
        <Button type="primary" htmlType="submit" loading={ask.isPending} icon={<QuestionCircleOutlined aria-hidden />}>
          {t('firewall.ask')}
        </Button>
      </Form>
      <div aria-live="polite">
        <ProblemAlert error={ask.error} />
        {ask.data && <Answered answer={ask.data} />}
      </div>
    </Card>
  );
}

/** Zones and interfaces that rules name, or that sets are bound between. */
export function zonesOf(sets: readonly Schemas['PolicySet'][]): string[] {
  const zones = new Set<string>();
  for (const set of sets) {
    for (const bound of set.bound_to) {
      const [kind, ...names] = bound.split(' ');
      if (kind === 'zone') for (const name of names) zones.add(name);
      if (kind === 'interface' && names[0]) zones.add(names[0]);
    }
    for (const rule of set.rules) for (const zone of [...rule.from_zones, ...rule.to_zones]) zones.add(zone);
  }
  zones.delete('any');
  return [...zones].sort();
}

function Answered({ answer }: { answer: Answer }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <div className="reach-answer">
      <p className="row wrap">
        <Pill tone={TONES[answer.verdict]}>{word('reachVerdict', answer.verdict)}</Pill>
        <span className="sub">{t('firewall.asked', { names: answer.policies.join(' → ') || '—' })}</span>
        {!answer.is_complete && <Pill tone="warn">{t('firewall.incomplete')}</Pill>}
      </p>
      <ul className="plain changes">
        {answer.parts.slice(0, SHOWN_PARTS).map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one answer never change place
          <li key={index}>
            <div className="row wrap">
              <Pill tone={part.action === 'permit' ? 'bad' : 'good'}>{word('policyAction', part.action)}</Pill>
              <b>{part.rule ? `${part.rule.policy} · ${ruleText(part.rule)}` : t('firewall.byDefault')}</b>
              {part.schedules.length > 0 && <span className="sub">{t('firewall.schedules', { names: part.schedules.join(' ') })}</span>}
            </div>
            <div className="mono small prewrap sub">
              {zonesText(part.packets.from_zones)}
              {part.packets.sources.join(', ')} → {zonesText(part.packets.to_zones)}
              {part.packets.destinations.join(', ')} · {part.packets.services.join(', ')}
            </div>
          </li>
        ))}
      </ul>
      {answer.parts.length > SHOWN_PARTS && <p className="sub small">{t('drift.more', { n: answer.parts.length - SHOWN_PARTS })}</p>}
    </div>
  );
}
