import { DeleteOutlined, HistoryOutlined, SaveOutlined, StarOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Modal, Popconfirm, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { useMay, useSession } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { Bones } from '@/ui/states';
import { removeSearch, saveSearch, searchesQuery } from './api';
import type { SavedSearch } from './types';
import type { LogSearchState } from './useLogSearch';
import { SPANS, secondsOf, spanPatch } from './view';

/** The nearest of the page's spans to one that was stored. */
const spanOf = (text: string) => SPANS.find((span) => secondsOf(span) >= secondsOf(text)) ?? '30d';

/** Searches that were given a name, by oneself or by colleagues. */
export function SavedSearches({ search }: { search: LogSearchState }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const use = (one: SavedSearch) => {
    search.ask({ q: one.query || undefined, where: undefined, ...spanPatch(spanOf(one.span)) });
    setOpen(false);
  };
  const begin = () => {
    setOpen(false);
    setSaving(true);
  };
  return (
    <>
      <Popover trigger="click" placement="bottomRight" open={isOpen} onOpenChange={setOpen} content={<List onUse={use} onSave={begin} />}>
        <Button icon={<StarOutlined aria-hidden />}>{t('log.saved')}</Button>
      </Popover>
      {isSaving && <SaveDialog search={search} onClose={() => setSaving(false)} />}
    </>
  );
}

function List({ onUse, onSave }: { onUse: (one: SavedSearch) => void; onSave: () => void }) {
  const { t } = useTranslation();
  const { account } = useSession();
  const may = useMay();
  const { data, error, refetch } = useQuery(searchesQuery());
  const remove = useChange(removeSearch, { touches: ['logs/searches'], done: t('common.deleted') });
  return (
    <section className="saved-searches" aria-label={t('log.saved')}>
      <Button block icon={<SaveOutlined aria-hidden />} onClick={onSave}>
        {t('log.saveThis')}
      </Button>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Bones lines={3} />
      ) : data.length === 0 ? (
        <p className="sub small">{t('log.noneSaved')}</p>
      ) : (
        <ul className="plain">
          {data.map((one) => (
            <li key={one.id} className="row">
              <button type="button" className="saved-search" onClick={() => onUse(one)}>
                <b>{one.name}</b>
                <span className="mono small sub ellipsis">{one.query || t('log.everything')}</span>
                {one.shared && <span className="small sub">{t('log.sharedBy', { name: one.owner_name })}</span>}
              </button>
              {may('logs.manage') && (
                <Link
                  href={paths.logSchedules({ id: one.id })}
                  label={`${t('logSchedule.schedule')} ${one.name}`}
                  title={t('logSchedule.schedule')}
                >
                  <HistoryOutlined aria-hidden />
                </Link>
              )}
              {one.owner_name === account.display_name && (
                <Popconfirm
                  title={t('log.removeAsk', { name: one.name })}
                  okText={t('common.delete')}
                  cancelText={t('common.cancel')}
                  onConfirm={() => remove.mutate(one.id)}
                >
                  <Button size="small" type="text" icon={<DeleteOutlined aria-hidden />} aria-label={`${t('common.delete')} ${one.name}`} />
                </Popconfirm>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function SaveDialog({ search, onClose }: { search: LogSearchState; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ name: string; shared: boolean }>();
  const { view, asked } = search;
  const save = useChange(saveSearch, { touches: ['logs/searches'], done: t('common.saved'), onDone: onClose, quiet: true });
  const seconds = (Date.parse(asked.to) - Date.parse(asked.from)) / 1000;
  const span = view.span ?? SPANS.find((one) => secondsOf(one) >= seconds) ?? '30d';
  return (
    <Modal
      open
      title={t('log.saveThis')}
      okText={t('common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: save.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <dl className="facts export-facts">
        <div>
          <dt>{t('log.query')}</dt>
          <dd className="mono">{asked.query || t('log.everything')}</dd>
        </div>
        <div>
          <dt>{t('log.time')}</dt>
          <dd>{t(`log.span.${span}`)}</dd>
        </div>
      </dl>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ shared: false }}
        onFinish={({ name, shared }) => save.mutate({ name: name.trim(), shared, query: asked.query, span })}
      >
        <Form.Item name="name" label={t('field.name')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
          <Input maxLength={80} autoComplete="off" />
        </Form.Item>
        <Form.Item name="shared" valuePropName="checked">
          <Checkbox>{t('log.share')}</Checkbox>
        </Form.Item>
        <ProblemAlert error={save.error} />
      </Form>
    </Modal>
  );
}
