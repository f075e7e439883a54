import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DayField } from '@/features/shared/DayField';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { daysFromToday } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { Bones } from '@/ui/states';
import { alertQuery, except } from './api';
import type { AlertDetail, Condition } from './types';
import { proposalsOf } from './why';

type Values = { reason: string; until: string; close_matching: boolean };
const DAYS = 90;

/** Makes a rule quiet for what is known to be harmless: proposed from what matched, for a time, with a reason. */
export function ExceptionDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const { data, error, refetch } = useQuery(alertQuery(id));
  if (data) return <Dialog alert={data} onClose={onClose} />;
  return (
    <Modal open footer={null} onCancel={onClose}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Bones lines={6} />}
    </Modal>
  );
}

function Dialog({ alert, onClose }: { alert: AlertDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const [form] = Form.useForm<Values>();
  const proposals = useMemo(() => proposalsOf(alert.events_kept), [alert]);
  const [chosen, setChosen] = useState<readonly Condition[]>(() => proposals.filter((one) => one.chosen));
  const save = useChange(except, {
    touches: ['alerts', 'detection'],
    done: t('alert.excepted'),
    quiet: true,
    onDone: onClose,
  });
  const submit = (values: Values) =>
    save.mutate({ id: alert.id, conditions: chosen.map(({ field, value }) => ({ field, value: value.trim() })), ...values });
  return (
    <Modal
      open
      width={640}
      title={t('alert.exceptTitle')}
      okText={t('alert.except')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: save.isPending, disabled: chosen.length === 0 }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('alert.exceptHint', { rule: text(alert.title) })}</p>
      <Conditions proposals={proposals} chosen={chosen} onChange={setChosen} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ until: daysFromToday(DAYS), close_matching: true }}
        onFinish={submit}
      >
        <ProblemAlert error={save.error} />
        <div className="form-pair narrow-first">
          <Form.Item
            name="until"
            label={t('alert.until')}
            extra={t('alert.untilHint')}
            rules={[{ required: true, message: t('common.required') }]}
          >
            <DayField />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t('field.reason')}
            extra={t('common.reasonIsRecorded')}
            rules={[{ required: true, whitespace: true, message: t('common.required') }]}
          >
            <Input.TextArea rows={2} maxLength={500} />
          </Form.Item>
        </div>
        <Form.Item name="close_matching" valuePropName="checked" className="close-matching">
          <Checkbox>{t('alert.closeMatching')}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}

type ConditionsProps = { proposals: readonly Condition[]; chosen: readonly Condition[]; onChange: (chosen: readonly Condition[]) => void };

function Conditions({ proposals, chosen, onChange }: ConditionsProps) {
  const { t } = useTranslation();
  const change = (field: string, next: Condition | null) => {
    const rest = chosen.filter((one) => one.field !== field);
    onChange(next ? proposals.flatMap((one) => (one.field === field ? [next] : rest.filter((other) => other.field === one.field))) : rest);
  };
  return (
    <fieldset className="conditions">
      <legend>{t('alert.conditions')}</legend>
      {proposals.map((proposal) => {
        const own = chosen.find((one) => one.field === proposal.field);
        return (
          <div key={proposal.field} className={own ? 'chosen' : ''}>
            <Checkbox checked={own !== undefined} onChange={(event) => change(proposal.field, event.target.checked ? proposal : null)}>
              <span className="mono">{proposal.field}</span>
            </Checkbox>
            <Input
              size="small"
              className="mono"
              aria-label={t('alert.valueOf', { field: proposal.field })}
              disabled={!own}
              value={(own ?? proposal).value}
              onChange={(event) => change(proposal.field, { field: proposal.field, value: event.target.value })}
            />
          </div>
        );
      })}
      {chosen.length === 0 && <p className="late small">{t('alert.noConditions')}</p>}
    </fieldset>
  );
}
