import { expect, it } from 'vitest';
import { parseDocument } from './document';

it('knows an inspection from other files', () => {
  expect(parseDocument('{"format":"xinglin.inspection/1","subject":{"name":"his-db01"},"results":[{},{}]}')).toMatchObject({
    ok: true,
    subject: 'his-db01',
    results: 2,
  });
  expect(parseDocument('{"format":"xinglin.inspection/1"}')).toMatchObject({ ok: true, subject: '—', results: 0 });
  expect(parseDocument('{')).toEqual({ ok: false, why: 'notJson' });
  expect(['null', '[]', '{"format":"xinglin.verdicts/1"}'].map(parseDocument)).toEqual(Array(3).fill({ ok: false, why: 'notInspection' }));
});
