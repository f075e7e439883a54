import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/features/shared/problems';
import { useWord } from '@/i18n/words';
import { Bones } from '@/ui/states';
import { sqlColumnsQuery } from './api';
import { useFieldTitle } from './names';

/** The columns of the table; a click puts one into the question. */
export function SqlColumns({ onTake }: { onTake: (name: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const titleOf = useFieldTitle();
  const [sought, setSought] = useState('');
  const { data, error, refetch } = useQuery({ ...sqlColumnsQuery(), staleTime: 60_000 });
  const columns = useMemo(() => {
    const part = sought.trim().toLowerCase();
    return data?.filter(({ name }) => name.toLowerCase().includes(part) || titleOf(name).toLowerCase().includes(part));
  }, [data, sought, titleOf]);
  return (
    <aside className="card field-panel sql-columns" aria-label={t('logSql.columns')}>
      <Input
        size="small"
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        placeholder={t('log.findField')}
        aria-label={t('log.findField')}
        value={sought}
        onChange={(event) => setSought(event.target.value)}
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : columns === undefined ? (
        <Bones lines={8} />
      ) : (
        <ul className="plain field-list">
          {columns.map(({ name, kind }) => (
            <li key={name}>
              <button type="button" className="field-name" title={titleOf(name)} onClick={() => onTake(name)}>
                <span className="mono ellipsis">{name}</span>
                <span className="small sub">{word('logSqlKind', kind)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
