import { useQuery } from '@tanstack/react-query';
import { Checkbox, DatePicker, Form, Modal } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { lookBack, rulesQuery } from './api';

type Props = {
  /** One rule alone; else all of them. */
  rule?: { id: string; title: string };
  /** Indicators are looked for at first. */
  indicators?: boolean;
  onClose: () => void;
  onStarted: (job: number) => void;
};
type Values = { range: [Dayjs, Dayjs]; rules: boolean; indicators: boolean };
const DAYS = 30;
const SPANS = [7, 30, 90, 180] as const;

/** Has rules or indicators look through what was kept, as if they had always been there. */
export function LookBackDialog({ rule, indicators = false, onClose, onStarted }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const start = useChange(lookBack, { touches: [], quiet: true, onDone: ({ id }) => onStarted(id) });
  const all = useQuery({ ...rulesQuery(), enabled: !rule });
  const enabled = (all.data?.items ?? []).filter((one) => one.enabled).map((one) => one.id);
  const submit = ({ range: [from, to], rules, indicators: withIndicators }: Values) =>
    start.mutate({
      rules: rule ? [rule.id] : rules ? enabled : [],
      indicators: withIndicators,
      from: from.startOf('day').toISOString(),
      to: to.endOf('day').toISOString(),
    });
  const now = dayjs();
  return (
    <Modal
      open
      title={rule ? t('detection.lookBackOf', { rule: rule.title }) : t('detection.lookBack')}
      okText={t('detection.lookBackStart')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: start.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('detection.lookBackHint')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ range: [now.subtract(DAYS, 'day'), now], rules: !indicators, indicators: indicators || !rule }}
        onFinish={submit}
      >
        <Form.Item name="range" label={t('log.time')} rules={[{ required: true, message: t('common.required') }]}>
          <DatePicker.RangePicker
            className="choose"
            format="YYYY-MM-DD"
            allowClear={false}
            presets={SPANS.map((days) => ({ label: t('detection.lastDays', { n: days }), value: [now.subtract(days, 'day'), now] }))}
          />
        </Form.Item>
        {!rule && (
          <Form.Item name="rules" valuePropName="checked" className="look-back-choice">
            <Checkbox>{t('detection.withRules', { n: enabled.length })}</Checkbox>
          </Form.Item>
        )}
        <Form.Item name="indicators" valuePropName="checked">
          <Checkbox>{t('detection.withIndicators')}</Checkbox>
        </Form.Item>
        <ProblemAlert error={start.error} />
      </Form>
    </Modal>
  );
}
