import { Button, Form, Popconfirm } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from './FormDrawer';
import { useMay } from './session';
import { useChange } from './useChange';

type Props<V> = {
  open: boolean;
  title: ReactNode;
  /** The record that is shown; nothing for a new one. */
  id: number | undefined;
  values: Partial<V> | undefined;
  save: (body: V) => Promise<unknown>;
  remove: (id: number) => Promise<unknown>;
  /** What is asked before the record goes. */
  removeAsk: string;
  /** Endpoints whose answers a change makes stale. */
  touches: string[];
  /** The record is still on its way: it can be neither changed nor removed. */
  waiting?: boolean;
  width?: number;
  before?: ReactNode;
  children: ReactNode;
  onClose: () => void;
};

/** A record of the register: looked at, made, changed and removed in one side panel. */
export function RecordDrawer<V>({ id, save, remove, removeAsk, touches, waiting = false, onClose, ...shown }: Props<V>) {
  const { t } = useTranslation();
  const mayWrite = useMay()('records.write');
  const [form] = Form.useForm<V>();
  const saving = useChange(save, { touches, done: t('common.saved'), onDone: onClose });
  const removing = useChange(remove, { touches, done: t('common.deleted'), onDone: onClose });
  const removable = mayWrite && !waiting ? id : undefined;
  return (
    <FormDrawer<V>
      {...shown}
      form={form}
      recordKey={waiting ? 'waiting' : (id ?? 'new')}
      readOnly={!mayWrite || waiting}
      busy={saving.isPending}
      error={saving.error}
      onClose={onClose}
      onSubmit={(values) => saving.mutate(values)}
      extra={
        removable !== undefined && (
          <Popconfirm
            title={removeAsk}
            okText={t('common.delete')}
            cancelText={t('common.cancel')}
            onConfirm={() => removing.mutate(removable)}
          >
            <Button type="text" className="danger-text">
              {t('common.delete')}
            </Button>
          </Popconfirm>
        )
      }
    />
  );
}
