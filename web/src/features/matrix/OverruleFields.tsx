import { Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n/words';

const CHOICES = ['compliant', 'partial', 'noncompliant', 'not_applicable'] as const;

/** The verdict a person puts in place of the proposed one. */
export function OverruleFields() {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <Form.Item name="verdict" label={t('matrix.newVerdict')} rules={[{ required: true, message: t('common.required') }]}>
      <Radio.Group options={CHOICES.map((v) => ({ value: v, label: word('verdict', v) }))} optionType="button" />
    </Form.Item>
  );
}
