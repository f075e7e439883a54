import { expect, it } from 'vitest';
import { isPortList, isRange } from './ranges';

it('knows a network from what is none', () => {
  expect(['10.1.0.0/16', '192.0.2.7', '2001:db8::/64', '0.0.0.0/0'].filter((text) => !isRange(text))).toEqual([]);
  expect(['', '10.1.0.0/33', '10.1.0', '300.1.1.1', 'his.example', '10.0.0.0/8/8', '10.1.0.1-20'].filter(isRange)).toEqual([]);
});

it('knows a list of ports', () => {
  expect(['22', '22, 80,8000-8100', '1-65535'].filter((text) => !isPortList(text))).toEqual([]);
  expect(['', 'http', '9-1', '70000', '1,,2', '0'].filter(isPortList)).toEqual([]);
});
