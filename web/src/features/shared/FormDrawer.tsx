import { Button, Drawer, Form, type FormInstance } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './problems';
import { useFieldProblems } from './useFieldProblems';

type Props<V> = {
  open: boolean;
  title: ReactNode;
  form: FormInstance;
  /** Fills the form anew whenever the drawer opens or another record is shown. */
  values: Partial<V> | undefined;
  recordKey: string | number;
  readOnly?: boolean;
  busy?: boolean;
  error?: unknown;
  width?: number;
  extra?: ReactNode;
  before?: ReactNode;
  after?: ReactNode;
  children: ReactNode;
  onClose: () => void;
  onSubmit: (values: V) => void;
};

/** The one form shell: a side panel that leaves the list in sight. */
export function FormDrawer<V>(props: Props<V>) {
  const { open, title, form, values, recordKey, readOnly = false, busy = false, width = 460, extra, before, after, children } = props;
  const { t } = useTranslation();
  // What was said of another record, or before the panel was closed, says nothing of this one.
  const [past, setPast] = useState<unknown>();
  const error = props.error === past ? undefined : props.error;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a background refresh of the record must not overwrite what is being typed, nor a refusal count as past
  useEffect(() => {
    if (!open) return;
    setPast(props.error);
    form.resetFields();
    if (values) form.setFieldsValue(values);
  }, [open, recordKey, form]);
  const told = useFieldProblems(form, error);
  return (
    <Drawer
      open={open}
      onClose={props.onClose}
      size={width}
      mask={false}
      title={title}
      extra={extra}
      footer={
        readOnly ? null : (
          <div className="row end">
            <Button onClick={props.onClose}>{t('common.cancel')}</Button>
            <Button type="primary" loading={busy} onClick={() => form.submit()}>
              {t('common.save')}
            </Button>
          </div>
        )
      }
    >
      {before}
      <Form
        form={form}
        layout="vertical"
        disabled={readOnly}
        onFinish={(v) => props.onSubmit(blanksAsNull(v as Record<string, unknown>) as V)}
      >
        <ProblemAlert error={error} told={told} />
        {children}
      </Form>
      {after}
    </Drawer>
  );
}

/** A cleared field is no value, not an empty text. */
export const blanksAsNull = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v === '' ? null : v]));
