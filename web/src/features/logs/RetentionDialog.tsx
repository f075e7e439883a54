import { Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { DayField } from '@/features/shared/DayField';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useChange } from '@/features/shared/useChange';
import { RETENTION_TOUCHES, setRetention } from './retention';

type Values = { source?: string; days: number; until?: string | null; reason: string };
/** For whom: all others, one source, or one that is still to be named. */
export type RetentionOf = { source: string | null; days: number } | 'named';

/** How long logs are kept. Below the legal floor it becomes a proposal to the auditor, with an end. */
export function RetentionDialog({ of, least, onClose }: { of: RetentionOf | null; least: number; onClose: () => void }) {
  const { t } = useTranslation();
  const set = useChange(setRetention, { touches: RETENTION_TOUCHES, done: t('common.saved'), onDone: onClose });
  const isForAll = of !== null && of !== 'named' && of.source === null;
  const submit = (values: Values) =>
    set.mutate({
      source: of === 'named' ? (values.source?.trim() ?? '') : (of?.source ?? null),
      days: values.days,
      until: values.days < least ? (values.until ?? null) : null,
      reason: values.reason,
    });
  return (
    <ReasonDialog
      open={of !== null}
      title={isForAll || of === null ? t('retention.setAll') : t('retention.setOne', { name: of === 'named' ? '' : of.source })}
      hint={isForAll ? t('retention.hintAll', { n: least }) : t('retention.hintOne', { n: least })}
      busy={set.isPending}
      submit={t('common.save')}
      initialValues={{ days: of === null || of === 'named' ? least : of.days }}
      onCancel={onClose}
      onSubmit={submit}
    >
      {of === 'named' && (
        <Form.Item name="source" label={t('log.source')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
          <Input maxLength={120} autoComplete="off" className="mono" />
        </Form.Item>
      )}
      <Form.Item name="days" label={t('retention.days')} rules={[{ required: true, message: t('common.required') }]}>
        <InputNumber className="choose" min={isForAll ? least : 1} max={3650} />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before: Values, after: Values) => before.days !== after.days}>
        {({ getFieldValue }) =>
          ((getFieldValue('days') as number | null) ?? least) < least && (
            <Form.Item
              name="until"
              label={t('retention.until')}
              extra={t('retention.untilHint', { n: least })}
              rules={[{ required: true, message: t('common.required') }]}
            >
              <DayField />
            </Form.Item>
          )
        }
      </Form.Item>
    </ReasonDialog>
  );
}
