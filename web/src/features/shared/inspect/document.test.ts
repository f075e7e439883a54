import { describe, expect, it } from 'vitest';
import { chosenOf, gatheredBody } from './document';

const file = (name: string, text: string) => new File([text], name);

describe('what is chosen to be inspected', () => {
  it('is told by its content', async () => {
    const document = JSON.stringify({ format: 'xinglin.inspection/1', subject: { name: 'his-db' }, results: [1, 2] });
    expect(await chosenOf([file('host.json', document)])).toMatchObject({ kind: 'document', subject: 'his-db', results: 2 });
    expect(await chosenOf([file('host.json', '{"format":"xinglin.inspection/9"}')])).toEqual({ kind: 'bad', why: 'notInspection' });
    expect(await chosenOf([file('queries.json', '{"rows":[]}')])).toMatchObject({ kind: 'files', isBundle: false });
    expect(await chosenOf([file('broken.json', '{')])).toMatchObject({ kind: 'files' });
    expect(await chosenOf([file('his.zip', 'PK')])).toMatchObject({ kind: 'files', isBundle: true });
    expect(await chosenOf([file('a.cfg', ''), file('b.cfg', '')])).toMatchObject({ kind: 'files', isBundle: false });
  });
  it('is sent with its names', () => {
    const form = gatheredBody([file('a.cfg', 'x'), file('b.cfg', 'y')], 'network', '').bodySerializer();
    expect(form.getAll('files').map((part) => (part as File).name)).toEqual(['a.cfg', 'b.cfg']);
    expect([form.get('family'), form.get('key')]).toEqual(['network', null]);
  });
});
