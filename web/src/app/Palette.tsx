import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { type KeyboardEvent, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useGo } from '@/features/shared/Link';
import { assessmentsQuery, catalogueQuery, systemsQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { useSession } from '@/features/shared/session';
import { useText, useWord } from '@/i18n/words';
import { visibleTo } from './navigation';
import { matches, type PaletteEntry } from './paletteEntries';
import './palette.css';

/** Ctrl+K: pages, systems, assessments, requirement codes and assets by name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const go = useGo();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const entries = useEntries(useDeferredValue(query));
  const at = Math.min(active, Math.max(0, entries.length - 1));
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onClose();
    go(entry.href);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = (at + (event.key === 'ArrowDown' ? 1 : entries.length - 1)) % Math.max(1, entries.length);
      setActive(next);
      document.getElementById(`palette-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') choose(entries[at]);
  };
  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      title={null}
      width={620}
      className="palette"
      aria-label={t('palette.open')}
    >
      <Input
        autoFocus
        size="large"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={entries.length > 0 ? `palette-${at}` : undefined}
        aria-label={t('palette.open')}
        placeholder={t('palette.placeholder')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={press}
      />
      <div id="palette-list" role="listbox" aria-label={t('palette.results')} className="palette-list">
        {entries.map((entry, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys, as in every combobox
          <div
            key={`${entry.kind}${entry.href}`}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            onClick={() => choose(entry)}
            onMouseMove={() => setActive(i)}
          >
            <span className="sub small kind">{word('paletteKind', entry.kind)}</span>
            <span className="ellipsis palette-title">{entry.title}</span>
            {entry.note && <span className="sub small ellipsis">{entry.note}</span>}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className="sub palette-none">{t('palette.none')}</p>}
    </Modal>
  );
}

function useEntries(query: string): PaletteEntry[] {
  const { t } = useTranslation();
  const text = useText();
  const { permissions } = useSession();
  const may = (permission: (typeof permissions)[number]) => permissions.includes(permission);
  const typed = query.trim();
  const { data: systems } = useQuery({ ...systemsQuery(), enabled: may('records.read') });
  const { data: assessments } = useQuery({ ...assessmentsQuery(), enabled: may('assessment.read') });
  const { data: catalogue } = useQuery({
    ...catalogueQuery({ s: 3, a: 3 }),
    enabled: may('assessment.read') && typed !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data: assets } = useQuery({
    ...api.queryOptions('get', '/api/v1/assets', { params: { query: { q: typed, limit: 6 } } }),
    enabled: may('records.read') && typed.length > 1,
  });
  return useMemo(() => {
    const pages = visibleTo(permissions)
      .flatMap((group) => group.items)
      .map((item): PaletteEntry => ({ kind: 'page', title: t(`nav.${item.key}`), note: '', href: item.href, words: item.key }));
    const all: PaletteEntry[] = [
      ...pages,
      ...(systems?.items ?? []).map(
        (s): PaletteEntry => ({ kind: 'system', title: s.name, note: s.code, href: paths.systems({ id: s.id }), words: s.code }),
      ),
      ...(assessments?.items ?? []).map(
        (a): PaletteEntry => ({ kind: 'matrix', title: a.system_name, note: a.name, href: paths.matrix(a.id), words: a.name }),
      ),
    ];
    const found = all.filter((entry) => matches(entry, typed)).slice(0, 14);
    if (typed === '') return found;
    const items = (catalogue?.items ?? [])
      .map(
        (r): PaletteEntry => ({
          kind: 'requirement',
          title: `${r.id} ${text(r.control)}`,
          note: text(r.text),
          href: paths.catalogue({ id: r.id }),
          words: r.clause,
        }),
      )
      .filter((entry) => matches(entry, typed))
      .slice(0, 8);
    const things = (assets?.items ?? []).map(
      (a): PaletteEntry => ({ kind: 'asset', title: a.name, note: a.code, href: paths.assets({ id: a.id, q: a.code }), words: a.code }),
    );
    return [...found, ...items, ...things];
  }, [permissions, systems, assessments, catalogue, assets, typed, text, t]);
}
