import { useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';

const SHOWN = 50;

/** One asset of however many: what is typed is looked up on the server. */
export function ChooseAsset({
  value: given,
  onChange,
  ...rest
}: Omit<SelectProps, 'value' | 'onChange'> & { value?: number | null | undefined; onChange?: (id?: number) => void }) {
  const { t } = useTranslation();
  // A form says null where nothing is chosen.
  const value = given ?? undefined;
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const found = useQuery({
    ...api.queryOptions('get', '/api/v1/assets', { params: { query: { limit: SHOWN, ...(q ? { q } : {}) } } }),
    placeholderData: (before) => before,
  });
  const items = found.data?.items ?? [];
  const isFound = value === undefined || items.some((a) => a.id === value);
  const chosen = useQuery({
    ...api.queryOptions('get', '/api/v1/assets/{id}', { params: { path: { id: value ?? 0 } } }),
    enabled: value !== undefined && !isFound,
  });
  const shown = !isFound && chosen.data && !q ? [chosen.data, ...items] : items;
  return (
    <Select
      aria-label={t('inspect.asset')}
      placeholder={t('inspect.search')}
      className="choose"
      allowClear
      loading={found.isFetching}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      options={shown.map((a) => ({ value: a.id, label: `${a.name}　${a.code}${a.address ? `　${a.address}` : ''}` }))}
      notFoundContent={found.isFetching ? t('common.loading') : t('common.nothingFound')}
      {...rest}
      value={!isFound && !chosen.data ? null : (value ?? null)}
      onChange={(id?: number | null) => onChange?.(id ?? undefined)}
    />
  );
}
