import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Popconfirm, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { ChooseDepartment, ChoosePerson, ChooseSystem, ChooseWord } from '@/features/shared/choices';
import { IMPORTANCE, OBJECT_TYPES } from '@/features/shared/domain';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { HistoryOf } from '@/features/shared/HistoryList';
import { InspectNow } from '@/features/shared/inspect/InspectNow';
import { isInspected } from '@/features/shared/inspect/ways';
import { ErrorState } from '@/features/shared/problems';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';
import { Bones } from '@/ui/states';
import { AssetInspections } from './AssetInspections';
import { AssetLogs } from './AssetLogs';

type Asset = Schemas['Asset'];
type Values = Schemas['AssetInput'];
const TOUCHES = ['assets', 'systems', 'dashboard', 'assessments'];

export function AssetDrawer({ open, id, onClose }: { open: boolean; id: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const [form] = Form.useForm<Values>();
  const one = useQuery({
    ...api.queryOptions('get', '/api/v1/assets/{id}', { params: { path: { id: id ?? 0 } } }),
    enabled: id !== undefined,
  });
  const asset = id === undefined ? undefined : one.data;
  const save = useChange(
    (body: Values) =>
      bodyOf(
        id === undefined ? client.POST('/api/v1/assets', { body }) : client.PUT('/api/v1/assets/{id}', { params: { path: { id } }, body }),
      ),
    { touches: TOUCHES, done: t('common.saved'), onDone: onClose },
  );
  const remove = useChange((gone: number) => client.DELETE('/api/v1/assets/{id}', { params: { path: { id: gone } } }), {
    touches: TOUCHES,
    done: t('common.deleted'),
    onDone: onClose,
  });
  const waiting = id !== undefined && !asset;
  return (
    <FormDrawer<Values>
      open={open}
      title={asset ? asset.name : id === undefined ? t('asset.add') : '…'}
      form={form}
      recordKey={asset?.id ?? 'new'}
      values={asset ? inputOf(asset) : { object_type: 'server_os', importance: 'important', state: 'operating', system_ids: [] }}
      readOnly={!may('records.write') || waiting}
      busy={save.isPending}
      error={save.error}
      width={520}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      before={asset && <Facts asset={asset} />}
      extra={
        asset &&
        may('records.write') && (
          <Popconfirm
            title={t('asset.deleteAsk')}
            okText={t('common.delete')}
            cancelText={t('common.cancel')}
            onConfirm={() => remove.mutate(asset.id)}
          >
            <Button type="text" className="danger-text">
              {t('common.delete')}
            </Button>
          </Popconfirm>
        )
      }
    >
      {waiting && one.error ? (
        <ErrorState error={one.error} onRetry={() => void one.refetch()} />
      ) : waiting ? (
        <Bones lines={10} />
      ) : asset ? (
        <Tabs
          items={[
            { key: 'form', label: t('common.details'), children: <AssetFields />, forceRender: true },
            { key: 'inspections', label: t('asset.inspections'), children: <AssetInspections asset={asset} /> },
            { key: 'logs', label: t('logCoverage.tab'), children: <AssetLogs assetId={asset.id} /> },
            { key: 'history', label: t('history.title'), children: <HistoryOf kind="asset" id={asset.id} /> },
          ]}
        />
      ) : (
        <AssetFields />
      )}
    </FormDrawer>
  );
}

const inputOf = (a: Asset): Values => ({
  code: a.code,
  name: a.name,
  object_type: a.object_type,
  system_ids: a.system_ids,
  address: a.address,
  location: a.location,
  model: a.model,
  version: a.version,
  owner_id: a.owner_id,
  department_id: a.department_id,
  importance: a.importance,
  supplier: a.supplier,
  state: a.state,
  local_host: a.local_host,
});

function Facts({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <p className="row wrap">
      <span className="sub num">{t('asset.lastInspected', { at: formatTime(asset.last_inspected_at) })}</span>
      <span className="grow" />
      {may('inspection.run') && isInspected(asset.object_type) && <InspectNow assetId={asset.id} />}
    </p>
  );
}

function AssetFields() {
  const { t } = useTranslation();
  const required = [{ required: true, whitespace: true, message: t('common.required') }];
  const line = (name: keyof Values, label: string) => (
    <Form.Item name={name} label={label}>
      <Input maxLength={200} />
    </Form.Item>
  );
  return (
    <>
      <div className="form-pair narrow-first">
        <Form.Item name="code" label={t('field.code')} rules={required}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="name" label={t('field.name')} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
      </div>
      <div className="form-pair">
        <Form.Item name="object_type" label={t('field.object_type')} rules={[{ required: true, message: t('common.required') }]}>
          <ChooseWord group="objectType" codes={OBJECT_TYPES} label={t('field.object_type')} allowClear={false} />
        </Form.Item>
        <Form.Item name="importance" label={t('field.importance')} rules={[{ required: true, message: t('common.required') }]}>
          <ChooseWord group="importance" codes={IMPORTANCE} label={t('field.importance')} allowClear={false} />
        </Form.Item>
      </div>
      <Form.Item name="system_ids" label={t('field.system')} extra={t('asset.systemsHint')}>
        <ChooseSystem mode="multiple" />
      </Form.Item>
      <div className="form-pair">
        {line('address', t('field.address'))}
        {line('location', t('field.location'))}
        {line('model', t('field.model'))}
        {line('version', t('field.version'))}
        <Form.Item name="department_id" label={t('field.department')}>
          <ChooseDepartment />
        </Form.Item>
        <Form.Item name="owner_id" label={t('field.owner')}>
          <ChoosePerson />
        </Form.Item>
        {line('supplier', t('field.supplier'))}
        <Form.Item name="state" label={t('field.state')}>
          <ChooseWord group="recordState" codes={['operating', 'spare', 'retired']} label={t('field.state')} allowClear={false} />
        </Form.Item>
      </div>
      <Form.Item name="local_host" valuePropName="checked" extra={t('asset.localHint')}>
        <Checkbox>{t('asset.localHost')}</Checkbox>
      </Form.Item>
    </>
  );
}
