import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DayField } from '@/features/shared/DayField';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { daysFromToday } from '@/i18n/format';
import { uploadIndicators } from './api';
import type { IndicatorUpload } from './types';

type Values = { name: string; expires_on: string | null };
const DAYS = 180;
const SHOWN = 200;

/** Takes in a list of indicators and says what became of each line. */
export function IndicatorUploadDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const [file, setFile] = useState<File | null>(null);
  const [isMissing, setMissing] = useState(false);
  const take = useChange(uploadIndicators, { touches: ['indicators', 'detection/status'], quiet: true });
  const submit = ({ name, expires_on }: Values) => {
    setMissing(file === null);
    if (file) take.mutate({ file, name: name.trim(), expires_on: expires_on ?? null });
  };
  const choose = (chosen: File) => {
    setFile(chosen);
    setMissing(false);
    if (!form.getFieldValue('name')) form.setFieldValue('name', chosen.name.replace(/\.\w+$/, ''));
  };
  return (
    <Modal
      open
      title={t('indicator.upload')}
      okText={t('common.import')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: take.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
      {...(take.data ? { footer: <Button onClick={onClose}>{t('common.close')}</Button> } : {})}
    >
      {take.data ? (
        <Outcome outcome={take.data} />
      ) : (
        <>
          <FileDrop
            label={file?.name ?? t('indicator.file')}
            hint={t('indicator.fileHint')}
            accept=".csv,.txt,.json,.stix"
            onFile={choose}
          />
          {isMissing && <p className="late small">{t('indicator.noFile')}</p>}
          <Form
            form={form}
            layout="vertical"
            requiredMark={false}
            className="upload-form"
            initialValues={{ expires_on: daysFromToday(DAYS) }}
            onFinish={submit}
          >
            <div className="form-pair wide-first">
              <Form.Item
                name="name"
                label={t('indicator.listName')}
                rules={[{ required: true, whitespace: true, message: t('common.required') }]}
              >
                <Input maxLength={80} autoComplete="off" />
              </Form.Item>
              <Form.Item name="expires_on" label={t('indicator.expires')}>
                <DayField />
              </Form.Item>
            </div>
            <ProblemAlert error={take.error} />
          </Form>
        </>
      )}
    </Modal>
  );
}

function Outcome({ outcome }: { outcome: IndicatorUpload }) {
  const { t } = useTranslation();
  return (
    <div aria-live="polite">
      <p className="row">
        <b>{t('indicator.kept', { n: outcome.kept })}</b>
        <span className={outcome.rejected.length > 0 ? 'late' : 'sub'}>{t('indicator.rejectedN', { n: outcome.rejected.length })}</span>
      </p>
      {outcome.rejected.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="reject-box" aria-label={t('detection.reason')} tabIndex={0}>
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col" className="end">
                  {t('detection.line')}
                </th>
                <th scope="col">{t('detection.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {outcome.rejected.slice(0, SHOWN).map((one) => (
                <tr key={one.line}>
                  <td className="end num">{one.line}</td>
                  <td>{one.why}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
