import { describe, expect, it } from 'vitest';
import { connectionOf, listenerOf, targetOf, WAYS } from './connect';
import { foundSources, isOutOfStep, lossesOf, sortedSources } from './sources';
import { daysOption, everyDay, fitsOnDisk, isDiskShort, standingOf } from './storage';
import type { LogSource, LogStorage } from './types';

const source = (name: string, rest: Partial<LogSource> = {}): LogSource => ({
  id: 1,
  name,
  address: '10.10.1.5',
  transport: 'udp',
  parser: null,
  asset_id: null,
  asset_name: null,
  first_seen_at: '2026-07-02T01:00:00Z',
  last_seen_at: '2026-11-23T04:00:00Z',
  events_total: 10,
  events_per_minute: 1,
  rejected: 0,
  dropped: 0,
  cut: 0,
  clock_skew_seconds: null,
  silent_after_minutes: 30,
  state: 'sending',
  silent_since: null,
  days_kept: 144,
  hours: [],
  ...rest,
});

describe('sources', () => {
  it('come with the silent on top, the longest silent first', () => {
    const sources = [
      source('b'),
      source('a'),
      source('late', { state: 'silent', silent_since: '2026-11-23T03:00:00Z' }),
      source('fresh', { state: 'new' }),
      source('long', { state: 'silent', silent_since: '2026-11-20T03:00:00Z' }),
      source('gone', { state: 'stopped' }),
    ];
    expect(sortedSources(sources).map((one) => one.name)).toEqual(['long', 'late', 'fresh', 'a', 'b', 'gone']);
  });
  it('are found by name, address, asset and parser', () => {
    const sources = [source('fw01', { parser: 'huawei-usg' }), source('db', { asset_name: 'HIS 数据库', address: '10.10.1.9' })];
    expect(['HUAWEI', 'his', '1.9', ' '].map((q) => foundSources(sources, q).map((one) => one.name))).toEqual([
      ['fw01'],
      ['db'],
      ['db'],
      ['fw01', 'db'],
    ]);
  });
  it('tell losses and a clock out of step', () => {
    expect(lossesOf(source('x', { rejected: 1, dropped: 2, cut: 3 }))).toBe(6);
    expect([null, 0, 5, -6, 94].map((n) => isOutOfStep(source('x', { clock_skew_seconds: n })))).toEqual([false, false, false, true, true]);
  });
});

describe('storage', () => {
  const storage = (rest: Partial<LogStorage> = {}): LogStorage => ({
    state: 'writing',
    problem: null,
    events: 1000,
    bytes: 50e9,
    bytes_per_event: 27.5,
    oldest_at: '2026-07-02T01:00:00Z',
    newest_at: '2026-11-23T04:00:00Z',
    days_kept: 144,
    events_per_day: 100,
    bytes_per_day: 1e9,
    forecast_days: 200,
    forecast_bytes: 183e9,
    disk_free_bytes: 200e9,
    keep_days: 183,
    least_days: 180,
    per_source: [],
    days: [{ day: '2026-11-23', events: 100, bytes: 1e9 }],
    ...rest,
  });
  it('stands with the law, comes to it, or falls short of it', () => {
    expect(standingOf(storage({ days_kept: 180 }))).toBe('met');
    expect(standingOf(storage())).toBe('growing');
    expect(standingOf(storage({ keep_days: 90, days_kept: 200 }))).toBe('short');
    expect(standingOf(storage({ per_source: [{ source: 'printer', keep_days: 30 }], days_kept: 200 }))).toBe('short');
    expect(standingOf(storage({ forecast_days: 20 }))).toBe('short');
    expect(standingOf(storage({ forecast_days: null }))).toBe('growing');
  });
  it('says when the disk is full too soon, or at all', () => {
    expect([200, 29, null].map((forecast_days) => isDiskShort(storage({ forecast_days })))).toEqual([false, true, false]);
    expect([200e9, 133e9, 132e9].map((disk_free_bytes) => fitsOnDisk(storage({ disk_free_bytes })))).toEqual([true, true, false]);
  });
  it('shows the days without logs as well', () => {
    const days = everyDay([{ day: '2026-11-10', events: 3, bytes: 9 }, ...storage().days], '2026-11-24');
    expect(days).toHaveLength(15);
    expect(days.filter((one) => one.events > 0).map((one) => one.day)).toEqual(['2026-11-10', '2026-11-23']);
    expect(everyDay([], '2026-11-24')[0]).toEqual({ day: '2026-11-11', events: 0, bytes: 0 });
  });
  it('draws a bar a day', () => {
    const { xAxis, series, tooltip } = daysOption(storage().days, false, { events: '条数', size: '大小', count: String, short: String });
    expect([xAxis.data, series[0]?.data]).toEqual([['11-23'], [100]]);
    expect(tooltip.formatter([{ dataIndex: 0 }])).toBe('2026-11-23\n条数 100\n大小 1 GB');
  });
});

describe('connecting', () => {
  const nowhere = { udp: null, tcp: null, tls: null };
  it('reads where the server listens', () => {
    expect(listenerOf('0.0.0.0:5514')).toEqual({ port: 5514, host: '0.0.0.0', isEverywhere: true, isHereAlone: false });
    expect(listenerOf('[::1]:6514')).toMatchObject({ port: 6514, host: '::1', isHereAlone: true });
    expect([listenerOf('[::]:514')?.isEverywhere, listenerOf(null)]).toEqual([true, null]);
  });
  it('proposes what loses nothing, else what is encrypted, else what there is', () => {
    const all = { udp: '0.0.0.0:514', tcp: '10.1.1.5:5514', tls: '[::]:6514' };
    expect(targetOf(all, 'logs')).toEqual({ transport: 'tcp', host: '10.1.1.5', port: 5514 });
    expect(targetOf({ ...all, tcp: null }, 'logs')).toEqual({ transport: 'tls', host: 'logs', port: 6514 });
    expect(targetOf({ ...nowhere, udp: '0.0.0.0:1514' }, 'logs')).toEqual({ transport: 'udp', host: 'logs', port: 1514 });
    expect(targetOf(nowhere, 'logs')).toEqual({ transport: 'tcp', host: 'logs', port: 514 });
  });
  it.each(['udp', 'tcp', 'tls'] as const)('names the server and its port for %s on every sender', (transport) => {
    const target = { transport, host: 'logs.hospital.example', port: 5514 };
    const texts = WAYS.map((way) => connectionOf(way, target, 'https://logs.hospital.example').text);
    expect(texts.every((text) => text.includes('logs.hospital.example'))).toBe(true);
    expect(texts.slice(0, 3).every((text) => text.includes('5514'))).toBe(true);
    expect(texts.slice(0, 3).map((text) => /gtls|tls\(|om_ssl/.test(text))).toEqual(Array(3).fill(transport === 'tls'));
  });
});
