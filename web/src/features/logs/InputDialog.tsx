import { useQuery } from '@tanstack/react-query';
import { Form, Input, Modal, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Choose } from '@/features/shared/choices';
import { ProblemAlert } from '@/features/shared/problems';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { useWord } from '@/i18n/words';
import { parsersQuery } from './api';
import { addInput, ENCODINGS, KINDS, linesOf } from './inputs';

type Fields = {
  agent_id?: number;
  kind: string;
  paths?: string;
  encoding: string;
  source: string;
  parser?: string;
  from_start: boolean;
};
const FIRST: Fields = { kind: 'file', encoding: 'auto', source: '', from_start: false };

/** Agents that can be told to read; none for whoever may not see agents. */
function useHosts() {
  const may = useMay();
  const { data } = api.useQuery('get', '/api/v1/agents', {}, { enabled: may('assessment.read') });
  return (data?.items ?? []).filter(({ state }) => state !== 'revoked');
}

/** Asks what is to be followed. */
export function InputDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const [form] = Form.useForm<Fields>();
  const isFile = Form.useWatch('kind', form) !== 'journal';
  const parsers = useQuery(parsersQuery());
  const hosts = useHosts();
  const add = useChange(addInput, { touches: ['logs'], quiet: true, done: t('logInput.started'), onDone: onClose });
  const required = { required: true, whitespace: true, message: t('common.required') };
  const nameSource = (id: number | undefined) => {
    const host = hosts.find((one) => one.id === id);
    if (host !== undefined && !form.isFieldTouched('source')) form.setFieldValue('source', host.asset_name);
  };
  const submit = ({ agent_id, kind, paths, encoding, source, parser, from_start }: Fields) =>
    add.mutate({
      agent_id: agent_id ?? null,
      kind,
      paths: linesOf(paths),
      encoding: isFile ? encoding : 'auto',
      source: source.trim(),
      from_start,
      parser: isFile ? (parser ?? null) : null,
    });
  return (
    <Modal
      open
      title={t('logInput.title')}
      okText={t('logInput.start')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: add.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={FIRST} onFinish={submit}>
        {hosts.length > 0 && (
          <Form.Item name="agent_id" label={t('logInput.host')} extra={t('logInput.hostHint')}>
            <Choose
              label={t('logInput.here')}
              options={hosts.map(({ id, asset_name, host_name }) => ({ value: id, label: `${asset_name}　${host_name}` }))}
              onChange={nameSource}
            />
          </Form.Item>
        )}
        <Form.Item name="kind" label={t('logInput.kind')}>
          <Radio.Group options={KINDS.map((value) => ({ value, label: word('logInputKind', value) }))} />
        </Form.Item>
        <Form.Item
          name="paths"
          label={isFile ? t('logInput.paths') : t('logInput.folder')}
          extra={isFile ? t('logInput.pathsHint') : t('logInput.folderHint')}
          rules={isFile ? [required] : []}
        >
          <Input.TextArea
            className="mono"
            rows={isFile ? 3 : 1}
            spellCheck={false}
            placeholder={isFile ? '/var/log/nginx/*.log' : '/var/log/journal'}
          />
        </Form.Item>
        <Form.Item name="source" label={t('log.source')} extra={t('logReceive.sourceHint')} rules={[required]}>
          <Input maxLength={80} autoComplete="off" className="mono" placeholder="his-web01" />
        </Form.Item>
        {isFile && (
          <>
            <Form.Item name="encoding" label={t('logInput.encoding')}>
              <Choose
                label={t('logInput.encoding')}
                allowClear={false}
                options={ENCODINGS.map((value) => ({ value, label: word('logEncoding', value) }))}
              />
            </Form.Item>
            <Form.Item name="parser" label={t('logInput.parser')} extra={t('logInput.parserHint')}>
              <Choose
                label={t('logSource.auto')}
                loading={parsers.isPending}
                options={(parsers.data ?? []).map((one) => ({ value: one.name, label: `${one.title}　${one.name}` }))}
              />
            </Form.Item>
          </>
        )}
        <Form.Item name="from_start" label={t('logInput.existing')}>
          <Radio.Group
            options={[
              { value: false, label: t('logInput.fromEnd') },
              { value: true, label: t('logInput.fromStart') },
            ]}
          />
        </Form.Item>
        <ProblemAlert error={add.error} />
      </Form>
    </Modal>
  );
}
