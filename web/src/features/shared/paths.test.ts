import { expect, it } from 'vitest';
import { files, paths } from './paths';

it('builds every address of the page', () => {
  expect({
    overview: paths.overview(),
    setup: paths.setup(),
    signIn: paths.signIn('/findings?state=open'),
    password: paths.password(),
    systems: paths.systems({ q: '医疗' }),
    assets: paths.assets({ system_id: 3, importance: 'critical' }),
    people: paths.people({ tab: 'posts' }),
    assessments: paths.assessments({ system_id: 2 }),
    assessment: paths.assessment(5),
    matrix: paths.matrix(5, { verdict: 'noncompliant,partial', cell: 'L3-CES1-01@17' }),
    findings: paths.findings({ severity: 'high', q: '' }),
    plans: paths.plans(),
    plan: paths.plan(4, { tab: 'gantt' }),
    inspections: paths.inspections({ asset_id: 9 }),
    inspection: paths.inspection(8),
    logs: paths.logs({ q: 'user.name:root', span: '7d' }),
    logSources: paths.logSources({ id: 3 }),
    logStorage: paths.logStorage(),
    logReceiving: paths.logReceiving(),
    catalogue: paths.catalogue({ domain: 'CES' }),
    accounts: paths.accounts(),
    ledger: paths.ledger({ subject_kind: 'asset', subject_id: '17' }),
    organisation: paths.organisation(),
  }).toMatchInlineSnapshot(`
    {
      "accounts": "/accounts",
      "assessment": "/assessments/5",
      "assessments": "/assessments?system_id=2",
      "assets": "/assets?system_id=3&importance=critical",
      "catalogue": "/catalogue?domain=CES",
      "findings": "/findings?severity=high",
      "inspection": "/inspections/8",
      "inspections": "/inspections?asset_id=9",
      "ledger": "/ledger?subject_kind=asset&subject_id=17",
      "logReceiving": "/logs/receiving",
      "logSources": "/logs/sources?id=3",
      "logStorage": "/logs/storage",
      "logs": "/logs?q=user.name%3Aroot&span=7d",
      "matrix": "/assessments/5/matrix?verdict=noncompliant%2Cpartial&cell=L3-CES1-01%4017",
      "organisation": "/organisation",
      "overview": "/",
      "password": "/password",
      "people": "/people?tab=posts",
      "plan": "/plans/4?tab=gantt",
      "plans": "/plans",
      "setup": "/setup",
      "signIn": "/sign-in?next=%2Ffindings%3Fstate%3Dopen",
      "systems": "/systems?q=%E5%8C%BB%E7%96%97",
    }
  `);
  expect([
    files.template('assets'),
    files.records('people'),
    files.attachment(3),
    files.plan(4),
    files.gap(5),
    files.items(5),
    files.logTail('a b'),
  ]).toMatchInlineSnapshot(`
    [
      "/api/v1/imports/assets/template",
      "/api/v1/exports/people",
      "/api/v1/attachments/3",
      "/api/v1/plans/4/plan.docx",
      "/api/v1/assessments/5/gap.docx",
      "/api/v1/assessments/5/items.xlsx",
      "/api/v1/logs/tail?query=a+b",
    ]
  `);
});
