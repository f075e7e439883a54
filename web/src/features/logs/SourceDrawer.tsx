import { useQuery } from '@tanstack/react-query';
import { Form, Input, InputNumber } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChooseAsset } from '@/features/shared/ChooseAsset';
import { Choose } from '@/features/shared/choices';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { Sparkline } from '@/ui/Sparkline';
import { parsersQuery, saveSource } from './api';
import { filtersText } from './filters';
import { SourceRetention } from './SourceRetention';
import { isOutOfStep, SOURCE_TONES } from './sources';
import type { LogSource, SourceInput } from './types';

type Values = { name: string; asset_id?: number | null; parser?: string | null; silent_after_minutes?: number | null };

/** 90 days. */
const MOST_MINUTES = 129_600;

/** A source: how it sends, whose it is, how it is read, and when its silence alarms. */
export function SourceDrawer({ source, onClose }: { source: LogSource | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const may = useMay()('logs.manage');
  const [form] = Form.useForm<Values>();
  const parsers = useQuery({ ...parsersQuery(), enabled: source !== undefined });
  const save = useChange((body: SourceInput) => saveSource({ ...body, id: source?.id ?? 0 }), {
    touches: ['logs/sources', 'logs/coverage', 'assets'],
    done: t('common.saved'),
    onDone: onClose,
    quiet: true,
  });
  return (
    <FormDrawer<Values>
      open={source !== undefined}
      title={source?.name ?? ''}
      form={form}
      values={source && valuesOf(source)}
      recordKey={source?.id ?? 'none'}
      readOnly={!may}
      busy={save.isPending}
      error={save.error}
      width={500}
      before={source && <Facts source={source} />}
      onClose={onClose}
      onSubmit={(values) =>
        save.mutate({
          name: values.name,
          asset_id: values.asset_id ?? null,
          parser: values.parser ?? null,
          silent_after_minutes: values.silent_after_minutes ?? null,
        })
      }
    >
      <Form.Item name="name" label={t('logSource.name')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
        <Input maxLength={120} autoComplete="off" />
      </Form.Item>
      <Form.Item name="asset_id" label={t('field.asset')} extra={t('logSource.assetHint')}>
        <ChooseAsset disabled={!may} />
      </Form.Item>
      <Form.Item name="parser" label={t('logSource.parser')} extra={t('logSource.parserHint')}>
        <Choose
          label={t('logSource.auto')}
          loading={parsers.isPending}
          options={(parsers.data ?? []).map((one) => ({ value: one.name, label: `${one.title}　${one.name}` }))}
        />
      </Form.Item>
      <Form.Item name="silent_after_minutes" label={t('logSource.silentAfter')} extra={t('logSource.silentAfterHint')}>
        <InputNumber className="choose" min={1} max={MOST_MINUTES} placeholder={t('logSource.never')} />
      </Form.Item>
    </FormDrawer>
  );
}

const valuesOf = ({ name, asset_id, parser, silent_after_minutes }: LogSource): Values => ({
  name,
  asset_id,
  parser,
  silent_after_minutes,
});

function Facts({ source }: { source: LogSource }) {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  const where = filtersText([{ field: 'source', value: source.name, not: false }]);
  const skew = source.clock_skew_seconds;
  const facts: [string, ReactNode][] = [
    [t('logSource.address'), <span key="address" className="mono">{`${word('logTransport', source.transport)} ${source.address}`}</span>],
    [
      t('logSource.firstSeen'),
      <span key="first" className="num">
        {formatTime(source.first_seen_at)}
      </span>,
    ],
    [
      t('logSource.lastSeen'),
      <span key="last" className="num">
        {formatTime(source.last_seen_at)}
      </span>,
    ],
    [
      t('logSource.total'),
      <Link key="total" href={paths.logs({ where, span: '30d' })}>
        {count(source.events_total)}
      </Link>,
    ],
    [t('logSource.kept'), source.days_kept === null ? '—' : t('logStorage.daysN', { n: source.days_kept })],
    [t('logSource.losses'), t('logSource.lossesOf', { rejected: source.rejected, dropped: source.dropped, cut: source.cut })],
    [
      t('logSource.skew'),
      skew === null ? (
        t('logSource.skewUnknown')
      ) : (
        <span key="skew" className={isOutOfStep(source) ? 'late' : ''}>
          {t('logSource.seconds', { n: skew })}
        </span>
      ),
    ],
  ];
  return (
    <div className="source-facts">
      <div className="row">
        <Pill tone={SOURCE_TONES[source.state]}>{word('logSourceState', source.state)}</Pill>
        {source.state === 'silent' && (
          <span className="late">{t('logSource.silentSince', { at: formatTime(source.silent_since ?? source.last_seen_at) })}</span>
        )}
        <span className="grow" />
        <span className="sub small nowrap">{t('logSource.hours')}</span>
        <Sparkline values={source.hours} width={160} height={30} />
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <SourceRetention source={source.name} />
    </div>
  );
}
