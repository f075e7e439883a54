import { Alert, Button, Form, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { TEMPLATES } from '@/features/shared/domain';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { useChange } from '@/features/shared/useChange';
import { useWord } from '@/i18n/words';
import { TOUCHES } from './queries';
import { parseWeights } from './weights';

type Values = { template: Schemas['Template']; settings: Schemas['AssessmentSettings'] };

/** Template and the open points of its rules; for the older templates also the weights. */
export function SettingsDrawer({ assessment, onClose }: { assessment: Schemas['Assessment']; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const [form] = Form.useForm<Values>();
  const template = Form.useWatch('template', form) ?? assessment.template;
  const [weights, setWeights] = useState(assessment.weights ?? null);
  const save = useChange(
    (body: Schemas['SettingsInput']) =>
      bodyOf(client.PUT('/api/v1/assessments/{id}/settings', { params: { path: { id: assessment.id } }, body })),
    { touches: TOUCHES, done: t('common.saved'), onDone: onClose },
  );
  const conclusions = (codes: Schemas['Conclusion'][]) => codes.map((c) => ({ value: c, label: word('conclusion', c) }));
  return (
    <FormDrawer<Values>
      open
      title={t('assessment.settings')}
      form={form}
      recordKey={assessment.id}
      values={{ template: assessment.template, settings: assessment.settings }}
      readOnly={assessment.state === 'closed'}
      busy={save.isPending}
      error={save.error}
      width={520}
      onClose={onClose}
      onSubmit={(v) =>
        save.mutate({
          template: v.template,
          settings: { ...assessment.settings, ...v.settings },
          weights: v.template === '2025' ? null : weights,
        })
      }
    >
      <Form.Item name="template" label={t('field.template')} extra={t(`settings.templateHint.${template}`)}>
        <Radio.Group optionType="button" options={TEMPLATES.map((x) => ({ value: x, label: word('template', x) }))} />
      </Form.Item>
      <Form.Item name={['settings', 'multi_object']} label={t('settings.multiObject')} extra={t('settings.multiObjectHint')}>
        <Radio.Group
          optionType="button"
          options={(['tri_state', 'mean'] as const).map((x) => ({ value: x, label: word('multiObject', x) }))}
        />
      </Form.Item>
      {template === '2025' ? (
        <>
          <Form.Item name={['settings', 'partial_credit']} label={t('settings.partialCredit')} extra={t('settings.partialCreditHint')}>
            <InputNumber min={0} max={1} step={0.1} />
          </Form.Item>
          <div className="form-pair">
            <Form.Item name={['settings', 'at_90']} label={t('settings.at90')}>
              <Select options={conclusions(['compliant', 'basically_compliant'])} />
            </Form.Item>
            <Form.Item name={['settings', 'at_60']} label={t('settings.at60')}>
              <Select options={conclusions(['basically_compliant', 'noncompliant'])} />
            </Form.Item>
          </div>
          <Form.Item name={['settings', 'over_90_with_hazards']} label={t('settings.over90')} extra={t('settings.over90Hint')}>
            <Select options={conclusions(['basically_compliant', 'compliant', 'noncompliant'])} />
          </Form.Item>
        </>
      ) : (
        <>
          {template === '2021' && (
            <Form.Item name={['settings', 'attention']} label={t('settings.attention')} extra={t('settings.attentionHint')}>
              <InputNumber min={0} max={1} step={0.1} />
            </Form.Item>
          )}
          <Weights weights={weights} onChange={setWeights} />
        </>
      )}
    </FormDrawer>
  );
}

function Weights({
  weights,
  onChange,
}: {
  weights: Record<string, number> | null;
  onChange: (weights: Record<string, number> | null) => void;
}) {
  const { t } = useTranslation();
  const [rejected, setRejected] = useState<string[]>([]);
  const read = async (file: File) => {
    const { weights: found, rejected: bad } = parseWeights(await file.text());
    setRejected(bad);
    if (Object.keys(found).length > 0) onChange(found);
  };
  return (
    <Form.Item label={t('settings.weights')} extra={t('settings.weightsHint')}>
      {weights === null ? (
        <Alert type="warning" showIcon title={t('settings.suggested')} />
      ) : (
        <p className="row">
          <span>{t('settings.supplied', { n: Object.keys(weights).length })}</span>
          <Button size="small" onClick={() => onChange(null)}>
            {t('settings.backToSuggested')}
          </Button>
        </p>
      )}
      <FileDrop
        label={t('settings.weightsFile')}
        hint={t('settings.weightsFormat')}
        accept=".csv,.txt"
        onFile={(file) => void read(file)}
      />
      {rejected.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t('settings.weightsRejected', { n: rejected.length, lines: rejected.slice(0, 5).join('；') })}
        />
      )}
    </Form.Item>
  );
}
