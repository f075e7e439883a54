import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { DayField } from '@/features/shared/DayField';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { useChange } from '@/features/shared/useChange';
import { daysFromToday } from '@/i18n/format';
import { useText } from '@/i18n/words';
import type { Check } from './clauses';

/** What an exception changes. */
export const EXCEPTION_TOUCHES = ['inspections', 'exceptions', 'assets', 'assessments', 'dashboard', 'findings'];
const USUAL_DAYS = 90;

/** Lives with a failed check on one asset for a time, with a reason that everybody sees. */
export function ExceptionDrawer({ assetId, check, onClose }: { assetId: number; check: Check | null; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const [form] = Form.useForm();
  const add = useChange(
    (body: Schemas['ExceptionInput']) => bodyOf(client.POST('/api/v1/assets/{id}/exceptions', { params: { path: { id: assetId } }, body })),
    { touches: EXCEPTION_TOUCHES, done: t('exception.added'), onDone: onClose },
  );
  return (
    <FormDrawer<Omit<Schemas['ExceptionInput'], 'check'>>
      open={check !== null}
      title={t('exception.add')}
      form={form}
      recordKey={check?.check ?? 'none'}
      values={{ until: daysFromToday(USUAL_DAYS) }}
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={(v) => check && add.mutate({ check: check.check, ...v })}
      before={
        check && (
          <>
            <p className="strong">{text(check.title)}</p>
            <p className="sub">{t('exception.hint')}</p>
          </>
        )
      }
    >
      <Form.Item
        name="reason"
        label={t('field.reason')}
        extra={t('common.reasonIsRecorded')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input.TextArea rows={4} maxLength={500} showCount />
      </Form.Item>
      <Form.Item
        name="until"
        label={t('exception.until')}
        extra={t('exception.untilHint')}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <DayField />
      </Form.Item>
    </FormDrawer>
  );
}
