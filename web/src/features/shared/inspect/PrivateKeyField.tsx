import { Button, Form, Input } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

/** A private key, pasted or read from a file; it goes no further than the request. */
export function PrivateKeyField({ name }: { name: string[] }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const file = useRef<HTMLInputElement>(null);
  return (
    <Form.Item
      name={name}
      label={t('inspect.privateKey')}
      rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      extra={
        <span className="row">
          {t('inspect.privateKeyHint')}
          <Button size="small" type="link" onClick={() => file.current?.click()}>
            {t('inspect.fromFile')}
          </Button>
          <input
            ref={file}
            type="file"
            className="file-of-key"
            tabIndex={-1}
            aria-hidden="true"
            onChange={(event) => {
              const chosen = event.target.files?.[0];
              event.target.value = '';
              if (chosen) void chosen.text().then((text) => form.setFieldValue(name, text));
            }}
          />
        </span>
      }
    >
      <Input.TextArea className="mono" rows={4} autoComplete="off" spellCheck={false} />
    </Form.Item>
  );
}
