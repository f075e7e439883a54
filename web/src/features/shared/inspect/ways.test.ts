import { describe, expect, it } from 'vitest';
import { hostOf, isHost, WAYS, waysFor } from './ways';

describe('ways to inspect', () => {
  it('begin with what suits the asset and leave none out', () => {
    expect(waysFor({ object_type: 'database', local_host: false })).toEqual(['database', 'collector', 'files', 'ssh', 'tls']);
    expect(waysFor({ object_type: 'server_os', local_host: true })[0]).toBe('here');
    expect(waysFor({ object_type: 'security_device', local_host: false })[0]).toBe('files');
    expect(new Set(waysFor({ object_type: 'room', local_host: true }))).toEqual(new Set(WAYS));
  });
  it('take the host from what people write', () => {
    expect(
      [
        '10.1.1.5',
        '10.1.1.5:8080、10.1.1.6',
        'https://10.1.1.5:8443/his',
        '[2001:db8::1]:443',
        '2001:db8::1',
        'his.example',
        '门诊楼 3 层',
      ].map(hostOf),
    ).toEqual(['10.1.1.5', '10.1.1.5', '10.1.1.5', '2001:db8::1', '2001:db8::1', 'his.example', '']);
    expect(hostOf(null)).toBe('');
  });
  it('know a host from what is none', () => {
    expect(['db-1.his.example', 'fe80::1%eth0'].every(isHost)).toBe(true);
    expect(['', '10.0.0.1/24', 'ftp://x', 'a b'].some(isHost)).toBe(false);
  });
});
