import { describe, expect, it } from 'vitest';
import { mistakeIn, tokensOf, valueIn, valueText } from './query';

const kinds = (text: string) => tokensOf(text).map((token) => `${token.kind} ${token.text}`);

describe('a query in pieces', () => {
  it('knows words, phrases, fields, ranges and operators', () => {
    expect(
      kinds('failed "no such user" user.name:root AND (source.ip:10.0.0.0/8 OR destination.port:[1 TO 1024]) -cron NOT event.code:>=4625'),
    ).toEqual([
      'word failed',
      'phrase "no such user"',
      'field user.name:',
      'value root',
      'and AND',
      'open (',
      'field source.ip:',
      'value 10.0.0.0/8',
      'or OR',
      'field destination.port:',
      'value [1 TO 1024]',
      'close )',
      'minus -',
      'word cron',
      'not NOT',
      'field event.code:',
      'value >=4625',
    ]);
  });
  it('takes a hyphen within a word and lower-case and as letters', () => {
    expect(kinds('constructor')).toEqual(['word constructor']);
    expect(kinds('a && !b || (c)-d')).toEqual([
      'word a',
      'and &&',
      'minus !',
      'word b',
      'or ||',
      'open (',
      'word c',
      'close )',
      'minus -',
      'word d',
    ]);
    expect(kinds('2001:db8::1 fe80::1 字段:值 say \\"hi\\"')).toEqual([
      'word 2001:db8::1',
      'word fe80::1',
      'field 字段:',
      'value 值',
      'word say',
      'word \\"hi\\"',
    ]);
    expect(kinds('his-db01 and -')).toEqual(['word his-db01', 'word and', 'word -']);
    expect(kinds('登录 user.name:"张 三"')).toEqual(['word 登录', 'field user.name:', 'value "张 三"']);
  });
  it('reads on while something is not closed yet', () => {
    expect(tokensOf('a "open')[1]).toEqual({ kind: 'phrase', text: '"open', from: 2, to: 7, open: true });
    expect(tokensOf('port:[1 TO')[1]).toMatchObject({ kind: 'value', text: '[1 TO', open: true });
    expect(kinds('source:')).toEqual(['field source:']);
  });
  it('covers every letter that is no blank, whatever is typed', () => {
    for (const text of ['""', '"\\', ':::', 'a:b:c', '((', ')-(', '-"x"', 'a:"b"c', 'http://x/y?z=1', '[x', 'a:{1 TO', '\\"']) {
      const rest = [...text];
      for (const { from, to } of tokensOf(text)) rest.fill('', from, to);
      expect(rest.join('').trim(), text).toBe('');
    }
  });
});

it('says where a query is not closed', () => {
  expect(['a (b OR c', 'a) b', 'user:"x', 'port:[1 TO 2', 'user.name: root', '𠮷 port:(1)', '(a OR "b c") -d', ''].map(mistakeIn)).toEqual([
    { at: 2, expected: 'parenthesis' },
    { at: 1, expected: 'end' },
    { at: 5, expected: 'quotation' },
    { at: 5, expected: 'range' },
    { at: 10, expected: 'value' },
    { at: 7, expected: 'value' },
    null,
    null,
  ]);
});

it('quotes values that would read as something else, and reads them back', () => {
  const values = [
    'root',
    '10.0.0.1',
    '张三',
    'his-db01',
    'a b',
    'C:\\Windows',
    'say "no"',
    'OR',
    '-x',
    '*',
    '>5',
    '',
    '::1',
    'constructor',
    '/etc/passwd',
  ];
  expect(values.map(valueText).slice(0, 4)).toEqual(values.slice(0, 4));
  expect(values.map((value) => valueIn(valueText(value)))).toEqual(values);
  expect(values.filter((value) => tokensOf(`f:${valueText(value)}`).length !== 2)).toEqual([]);
});
