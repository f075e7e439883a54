import { MinusCircleOutlined, PlusCircleOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/features/shared/CopyButton';
import { useWord } from '@/i18n/words';
import { useFieldName } from './names';
import { groupsOf } from './show';
import type { LogEvent } from './types';
import type { LogSearchState } from './useLogSearch';
import { columnsPatch, withColumn } from './view';

const FEW = 12;

/** The fields of an event in groups; each can be asked for, excluded, put into the table and copied. */
export function EventFields({ event, search }: { event: LogEvent; search: LogSearchState }) {
  const { t } = useTranslation();
  const word = useWord();
  const nameOf = useFieldName();
  const [typed, setTyped] = useState('');
  const groups = useMemo(() => {
    const q = typed.toLowerCase();
    return groupsOf(event)
      .map((group) => ({ ...group, fields: group.fields.filter((field) => `${field.name} ${field.value}`.toLowerCase().includes(q)) }))
      .filter((group) => group.fields.length > 0);
  }, [event, typed]);
  const act = (label: string, icon: ReactNode, run: () => void) => (
    <Button size="small" type="text" icon={icon} aria-label={label} title={label} onClick={run} />
  );
  const { columns } = search.view;
  if (event.fields.length === 0) return <p className="sub">{t('log.noFields')}</p>;
  return (
    <>
      {event.fields.length > FEW && (
        <Input
          size="small"
          allowClear
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
          placeholder={t('log.findField')}
          aria-label={t('log.findField')}
        />
      )}
      {groups.map((group) => (
        <section key={group.name}>
          <h2 className="part">{word('logGroup', group.name || 'none')}</h2>
          <ul className="plain event-fields">
            {group.fields.map(({ name, value }) => (
              <li key={`${name} ${value}`}>
                <span className="event-field">
                  <span className="mono">{name}</span>
                  {nameOf(name) && <span className="sub small">{nameOf(name)}</span>}
                </span>
                <span className="mono prewrap grow">{value}</span>
                <span className="event-actions">
                  {act(t('log.include', { value }), <PlusCircleOutlined aria-hidden />, () =>
                    search.filter({ field: name, value, not: false }),
                  )}
                  {act(t('log.exclude', { value }), <MinusCircleOutlined aria-hidden />, () =>
                    search.filter({ field: name, value, not: true }),
                  )}
                  {act(`${t(columns.includes(name) ? 'log.removeColumn' : 'log.addColumn')} ${name}`, <TableOutlined aria-hidden />, () =>
                    search.set(columnsPatch(withColumn(columns, name))),
                  )}
                  <CopyButton text={value} label={t('log.copyValue', { name })} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
