import type { Schemas } from '../../src/api/client';
import { chance } from '../chance.ts';

type Requirement = Schemas['RequirementDetail'];
type ObjectType = Schemas['ObjectType'];
const MACHINES: ObjectType[] = ['network_device', 'security_device', 'server_os', 'database', 'middleware', 'application', 'terminal'];
const PAPERS: ObjectType[] = ['policy_document'];

// The control points with their numbers of items at level 3; wording in the mock is filler.
const DOMAINS: [Schemas['Domain'], string, ObjectType[], [string, string, number][]][] = [
  [
    'PES',
    '8.1.1',
    ['room'],
    [
      ['物理位置选择', 'Site selection', 2],
      ['物理访问控制', 'Physical access', 1],
      ['防盗窃和防破坏', 'Theft and damage', 3],
      ['防雷击', 'Lightning', 2],
      ['防火', 'Fire', 3],
      ['防水和防潮', 'Water and damp', 3],
      ['防静电', 'Static', 2],
      ['温湿度控制', 'Climate', 1],
      ['电力供应', 'Power', 3],
      ['电磁防护', 'Electromagnetic', 2],
    ],
  ],
  [
    'CNS',
    '8.1.2',
    ['network_device', 'security_device', 'topology'],
    [
      ['网络架构', 'Network architecture', 5],
      ['通信传输', 'Transmission', 2],
      ['可信验证', 'Trusted verification', 1],
    ],
  ],
  [
    'ABS',
    '8.1.3',
    ['network_device', 'security_device'],
    [
      ['边界防护', 'Boundary protection', 4],
      ['访问控制', 'Access control', 5],
      ['入侵防范', 'Intrusion prevention', 4],
      ['恶意代码和垃圾邮件防范', 'Malware and spam', 2],
      ['安全审计', 'Security audit', 4],
      ['可信验证', 'Trusted verification', 1],
    ],
  ],
  [
    'CES',
    '8.1.4',
    MACHINES,
    [
      ['身份鉴别', 'Identification and authentication', 4],
      ['访问控制', 'Access control', 7],
      ['安全审计', 'Security audit', 4],
      ['入侵防范', 'Intrusion prevention', 6],
      ['恶意代码防范', 'Malware', 1],
      ['可信验证', 'Trusted verification', 1],
      ['数据完整性', 'Data integrity', 2],
      ['数据保密性', 'Data confidentiality', 2],
      ['数据备份恢复', 'Backup and recovery', 3],
      ['剩余信息保护', 'Residual information', 2],
      ['个人信息保护', 'Personal information', 2],
    ],
  ],
  [
    'SMC',
    '8.1.5',
    ['management_platform'],
    [
      ['系统管理', 'System management', 2],
      ['审计管理', 'Audit management', 2],
      ['安全管理', 'Security management', 2],
      ['集中管控', 'Central control', 6],
    ],
  ],
  [
    'PSS',
    '8.1.6',
    PAPERS,
    [
      ['安全策略', 'Policy', 1],
      ['管理制度', 'Rules', 3],
      ['制定和发布', 'Issue', 2],
      ['评审和修订', 'Review', 1],
    ],
  ],
  [
    'ORS',
    '8.1.7',
    PAPERS,
    [
      ['岗位设置', 'Posts', 3],
      ['人员配备', 'Staffing', 2],
      ['授权和审批', 'Approval', 3],
      ['沟通和合作', 'Cooperation', 3],
      ['审核和检查', 'Audit and inspection', 3],
    ],
  ],
  [
    'HRS',
    '8.1.8',
    PAPERS,
    [
      ['人员录用', 'Recruitment', 3],
      ['人员离岗', 'Leaving', 2],
      ['安全意识教育和培训', 'Training', 3],
      ['外部人员访问管理', 'Outsiders', 4],
    ],
  ],
  [
    'CMS',
    '8.1.9',
    PAPERS,
    [
      ['定级和备案', 'Grading and filing', 4],
      ['安全方案设计', 'Design', 3],
      ['产品采购和使用', 'Procurement', 3],
      ['自行软件开发', 'Own development', 7],
      ['外包软件开发', 'Outsourced development', 3],
      ['工程实施', 'Implementation', 3],
      ['测试验收', 'Acceptance', 2],
      ['系统交付', 'Delivery', 3],
      ['等级测评', 'Assessment', 3],
      ['服务供应商选择', 'Suppliers', 3],
    ],
  ],
  [
    'MMS',
    '8.1.10',
    PAPERS,
    [
      ['环境管理', 'Environment', 3],
      ['资产管理', 'Assets', 3],
      ['介质管理', 'Media', 2],
      ['设备维护管理', 'Maintenance', 4],
      ['漏洞和风险管理', 'Vulnerabilities', 2],
      ['网络和系统安全管理', 'Networks and systems', 10],
      ['恶意代码防范管理', 'Malware management', 2],
      ['配置管理', 'Configuration', 2],
      ['密码管理', 'Cryptography', 2],
      ['变更管理', 'Change', 3],
      ['备份与恢复管理', 'Backup management', 3],
      ['安全事件处置', 'Incidents', 4],
      ['应急预案管理', 'Emergency plans', 4],
      ['外包运维管理', 'Outsourced operation', 4],
    ],
  ],
];
const KINDS: Schemas['MeasureKind'][] = ['quick_win', 'configuration', 'management', 'purchase', 'construction'];
const COSTS: Record<Schemas['MeasureKind'], [number, number]> = {
  quick_win: [0, 0],
  configuration: [0, 0],
  management: [0, 0],
  purchase: [60_000, 220_000],
  construction: [150_000, 600_000],
};

function requirement(
  domain: Schemas['Domain'],
  clause: string,
  objects: ObjectType[],
  zh: string,
  en: string,
  number: number,
  letter: number,
): Requirement {
  const id = `L3-${domain}1-${String(number).padStart(2, '0')}`;
  const random = chance(number * 97 + domain.charCodeAt(0) * 13);
  const kind = KINDS[random.below(objects === PAPERS ? 3 : 5)] ?? 'management';
  const high = random.next() < 0.14;
  const days = kind === 'construction' ? 20 : kind === 'purchase' ? 10 : 3;
  const machine = objects === MACHINES;
  return {
    id,
    clause,
    domain,
    control: { zh, en },
    text: {
      zh: `应落实“${zh}”第 ${letter} 项的控制要求，责任到岗、过程留痕，并能向测评人员出示证据（示例文字）`,
      en: `Point ${letter} of “${en}” shall be in place, owned by a post, recorded, and shown to the assessor (sample text)`,
    },
    class: machine && number % 4 === 0 ? 'S' : 'G',
    optional: zh === '可信验证',
    objects,
    high_risk_cases: high ? [`6.${(number % 9) + 1}.1.1`] : [],
    hazards: high && number % 2 === 0 ? [`A-${String((number % 26) + 1).padStart(2, '0')}`] : [],
    weight_suggested: high ? 3 : machine ? 2 : 1,
    measure: {
      text: {
        zh: `按本院实际补齐“${zh}”：先在测试环境核对，再在变更窗口内逐台落实并复测。`,
        en: `Complete “${en}”: check in the test environment, roll out in a change window, test again.`,
      },
      kind,
      effort_days: [days, days * 2],
      cost_cny: COSTS[kind],
      owner: objects === PAPERS ? 'management' : 'operations',
      risk: { zh: '变更期间可能短时影响门诊业务。', en: 'May briefly affect outpatient services.' },
      rollback: { zh: '保留原配置，出现异常立即恢复。', en: 'Keep the former configuration and restore it on any fault.' },
    },
    interview: [
      {
        question: 1,
        ask: { zh: `是否已按规定落实“${zh}”并覆盖全部相关对象？`, en: `Is “${en}” in place for every object concerned?` },
        look: { zh: '制度文件、配置截图或现场照片', en: 'Document, screenshot or site photo' },
      },
      {
        question: 2,
        ask: { zh: '近一年是否有执行记录并经过检查？', en: 'Are there records of the last year, and were they checked?' },
        look: { zh: '签字的检查记录', en: 'Signed records' },
      },
    ],
    checks: machine
      ? [
          {
            check: `linux.${en.toLowerCase().split(' ')[0]}-${letter}`,
            title: { zh: `${zh}配置核查`, en: `${en} configuration` },
            sufficient: number % 3 === 0,
          },
        ]
      : [],
    cases: high
      ? [
          {
            id: `6.${(number % 9) + 1}.1.1`,
            title: { zh: `${zh}严重缺失`, en: `${en} missing` },
            mitigation: { zh: '有等效措施并持续监测', en: 'equivalent control under watch' },
          },
        ]
      : [],
    hazard_triggers:
      high && number % 2 === 0
        ? [{ code: `A-${String((number % 26) + 1).padStart(2, '0')}`, title: { zh: `${zh}缺失被利用`, en: `${en} exploited` } }]
        : [],
  };
}

export const CATALOGUE: Requirement[] = DOMAINS.flatMap(([domain, clause, objects, points]) => {
  let number = 0;
  return points.flatMap(([zh, en, count], point) =>
    Array.from({ length: count }, (_, i) => {
      number += 1;
      return requirement(domain, `${clause}.${point + 1}`, objects, zh, en, number, i + 1);
    }),
  );
});
export const DOMAIN_CODES = DOMAINS.map(([code]) => code);
