import { ArrowLeftOutlined } from '@ant-design/icons';
import { useParams } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { type Chip, Chips } from '@/ui/Chips';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { HostDrawer } from './HostDrawer';
import { type HostRow, hostRows, isShown, matchesHost, portRows, SHOWS, type Show } from './hosts';
import { PortMark } from './PortMark';
import { PortsCard } from './PortsCard';
import { STANDING_TONES } from './tones';
import './discovery.css';

const keyOf = (row: HostRow) => row.key;
const NO_FILTERS = { show: undefined, port: undefined, q: undefined };
const SHOWN_PORTS = 12;

/** What one scan saw, against the register as it is today. */
export function DiscoveryPage() {
  const { t } = useTranslation();
  const word = useWord();
  const id = numberOf((useParams({ strict: false }) as { id?: string }).id) ?? 0;
  const { data, error, refetch } = api.useQuery('get', '/api/v1/discoveries/{id}', { params: { path: { id } } });
  return (
    <div className="page">
      <PageHead
        before={
          <Link href={paths.discoveries()} label={t('discovery.back')}>
            <ArrowLeftOutlined aria-hidden />
          </Link>
        }
        title={data ? formatTime(data.scanned_at) : t('discovery.one')}
        note={data && `${word('discoverySource', data.source)} · ${data.scanner} · ${data.by}`}
      >
        {data !== undefined && data.rejected > 0 && <Pill tone="mute">{t('discovery.rejectedHint', { n: data.rejected })}</Pill>}
      </PageHead>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Hosts discovery={data} />
      ) : (
        <div className="card">
          <Bones lines={12} />
        </div>
      )}
    </div>
  );
}

function Hosts({ discovery }: { discovery: Schemas['Discovery'] }) {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const rows = useMemo(() => hostRows(discovery), [discovery]);
  const show = SHOWS.find((one) => one === search.show);
  const q = search.q ?? '';
  const { port } = search;
  const shown = useMemo(
    () =>
      rows.filter(
        (row) =>
          (!show || isShown(row, show)) &&
          (!q || matchesHost(row, q)) &&
          (!port || row.ports.some((p) => p.name === port && p.port.state === 'open')),
      ),
    [rows, show, q, port],
  );
  const ports = useMemo(() => portRows(rows), [rows]);
  const columns = useColumns();
  const open = rows.find((row) => row.address === search.host);
  const chips: Chip[] = port ? [{ key: 'port', label: t('discovery.ports'), value: port, onRemove: () => set({ port: undefined }) }] : [];
  return (
    <>
      <div className="filters">
        <ShowFilter rows={rows} show={show} onShow={(next) => set({ show: next })} />
        <span className="grow" />
        <SearchBox value={q} onSearch={(text) => set({ q: text || undefined })} placeholder={t('discovery.search')} width={210} />
      </div>
      <Chips chips={chips} onReset={() => set(NO_FILTERS)} />
      <div className="discovery-columns narrow-side">
        <div className="card fill">
          <DataGrid
            label={t('discovery.hosts')}
            columns={columns}
            count={shown.length}
            rowAt={(i) => shown[i]}
            rowKey={keyOf}
            openKey={open?.key}
            onOpen={(row) => set({ host: row.address })}
            empty={
              rows.length === 0 ? (
                <EmptyState title={t('discovery.noHosts')} hint={t('discovery.noHostsHint')} />
              ) : (
                <EmptyState title={t('common.nothingFound')} hint={t('common.nothingFoundHint')}>
                  <Button onClick={() => set(NO_FILTERS)}>{t('common.resetFilters')}</Button>
                </EmptyState>
              )
            }
          />
        </div>
        <PortsCard ports={ports} chosen={port} onChoose={(name) => set({ port: name })} />
      </div>
      <HostDrawer discovery={discovery.id} row={open} onClose={() => set({ host: undefined })} />
    </>
  );
}

/** The kinds of host as figures, each a filter. */
function ShowFilter({
  rows,
  show,
  onShow,
}: {
  rows: readonly HostRow[];
  show: Show | undefined;
  onShow: (show: Show | undefined) => void;
}) {
  const { t } = useTranslation();
  const word = useWord();
  const labels: Record<Show, string> = {
    unknown: word('discoveryProblem', 'unknown_host'),
    unexpected: word('discoveryProblem', 'unknown_port'),
    weak: word('discoveryProblem', 'weak_protocol'),
    shared: word('discoveryProblem', 'shared_host'),
    fine: t('discovery.fine'),
  };
  return (
    <Segmented
      aria-label={t('discovery.findings')}
      value={show ?? 'all'}
      onChange={(v) => onShow(SHOWS.find((one) => one === v))}
      options={[
        { value: 'all', label: `${t('discovery.all')} ${rows.length}` },
        ...SHOWS.map((one) => ({ value: one, label: `${labels[one]} ${rows.filter((row) => isShown(row, one)).length}` })),
      ]}
    />
  );
}

function useColumns(): GridColumn<HostRow>[] {
  const { t } = useTranslation();
  const word = useWord();
  return useMemo(
    () => [
      {
        key: 'address',
        title: t('discovery.host'),
        width: 138,
        fixed: true,
        render: (row) => <span className="num">{row.address}</span>,
      },
      {
        key: 'standing',
        title: t('discovery.standing'),
        width: 116,
        render: (row) => <Pill tone={STANDING_TONES[row.standing]}>{word('hostStanding', row.standing)}</Pill>,
      },
      {
        key: 'asset',
        title: t('discovery.assets'),
        width: 170,
        grow: true,
        render: ({ host }) =>
          host.assets.length > 0 ? (
            <span title={host.assets.map((a) => a.name).join('、')}>{host.assets.map((a) => a.name).join('、')}</span>
          ) : (
            <span className="sub">{host.names[0] ?? '—'}</span>
          ),
      },
      {
        key: 'seen',
        title: t('discovery.seen'),
        width: 190,
        grow: true,
        render: ({ host }) => {
          const seen = [host.vendor, host.os].filter(Boolean).join(' · ');
          return <span title={seen}>{seen || '—'}</span>;
        },
      },
      {
        key: 'ports',
        title: t('discovery.ports_open'),
        width: 300,
        grow: true,
        render: (row) => {
          const open = row.ports.filter((p) => p.port.state === 'open');
          return (
            <span className="port-marks">
              {open.slice(0, SHOWN_PORTS).map((p) => (
                <PortMark key={p.name} port={p.port} mark={p.mark} />
              ))}
              {open.length > SHOWN_PORTS && <span className="sub small">+{open.length - SHOWN_PORTS}</span>}
              {open.length === 0 && <span className="sub">—</span>}
            </span>
          );
        },
      },
    ],
    [t, word],
  );
}
