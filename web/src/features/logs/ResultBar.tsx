import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CloseOutlined,
  SortAscendingOutlined,
  SortDescendingOutlined,
  TableOutlined,
} from '@ant-design/icons';
import { Button, Popover, Segmented, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldTitle } from './names';
import { columnsPatch, moved, type View, withColumn } from './view';

type Props = { view: View; set: (patch: Record<string, string | undefined>) => void; children?: ReactNode };

/** How what was found is shown; nothing of this changes what was asked. */
export function ResultBar({ view, set, children }: Props) {
  const { t } = useTranslation();
  const isAscending = view.order === 'asc';
  return (
    <div className="result-bar">
      {children}
      <span className="grow" />
      {view.look === 'raw' ? (
        <span className="row small">
          <Switch size="small" checked={view.wrap} onChange={(on) => set({ wrap: on ? 'on' : undefined })} aria-label={t('log.wrap')} />
          {t('log.wrap')}
        </span>
      ) : (
        <Popover trigger="click" placement="bottomRight" content={<Columns view={view} set={set} />}>
          <Button size="small" icon={<TableOutlined aria-hidden />}>
            {t('log.columns')}
          </Button>
        </Popover>
      )}
      {!view.live && (
        <Button
          size="small"
          icon={isAscending ? <SortAscendingOutlined aria-hidden /> : <SortDescendingOutlined aria-hidden />}
          onClick={() => set({ order: isAscending ? undefined : 'asc' })}
        >
          {t(isAscending ? 'log.oldestFirst' : 'log.newestFirst')}
        </Button>
      )}
      <Segmented
        size="small"
        aria-label={t('log.look')}
        value={view.look}
        onChange={(look) => set({ look: look === 'raw' ? 'raw' : undefined })}
        options={[
          { value: 'table', label: t('log.table') },
          { value: 'raw', label: t('log.raw') },
        ]}
      />
    </div>
  );
}

/** The columns in their order; more are put in from the list of fields. */
function Columns({ view, set }: Omit<Props, 'children'>) {
  const { t } = useTranslation();
  const titleOf = useFieldTitle();
  const { columns } = view;
  const act = (label: string, icon: ReactNode, next: readonly string[], disabled: boolean) => (
    <Button
      size="small"
      type="text"
      icon={icon}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={() => set(columnsPatch(next))}
    />
  );
  return (
    <section className="column-list" aria-label={t('log.columns')}>
      <ul className="plain">
        {columns.map((name, i) => (
          <li key={name} className="row">
            <span className="grow ellipsis" title={name}>
              {titleOf(name)}
            </span>
            {act(`${t('log.moveLeft')} ${name}`, <ArrowUpOutlined aria-hidden />, moved(columns, name, -1), i === 0)}
            {act(`${t('log.moveRight')} ${name}`, <ArrowDownOutlined aria-hidden />, moved(columns, name, 1), i === columns.length - 1)}
            {act(`${t('log.removeColumn')} ${name}`, <CloseOutlined aria-hidden />, withColumn(columns, name), columns.length === 1)}
          </li>
        ))}
      </ul>
      <p className="sub small plain-p">{t('log.columnsHint')}</p>
      <button type="button" className="link-button small" onClick={() => set({ cols: undefined })}>
        {t('log.resetColumns')}
      </button>
    </section>
  );
}
