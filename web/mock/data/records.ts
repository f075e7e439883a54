import type { Schemas } from '../../src/api/client';
import { at, chance, day, moment } from '../chance.ts';

const random = chance(20261122);
const SURNAMES = ['林', '沈', '顾', '陆', '程', '苏', '韩', '秦', '白', '叶'] as const;
const GIVEN = ['若溪', '景行', '知远', '安然', '书言', '怀瑾', '清和', '望舒', '子衿', '一鸣'] as const;

export const ORGANISATION: Schemas['Organisation'] = {
  name: '杏林市示范医院',
  kind: '三级综合医院（示例）',
  address: '杏林市春风路 1 号',
  unified_code: '12000000MOCK00001X',
  contact: '林若溪',
  phone: '000-0000 0000',
};

export const DEPARTMENTS: Schemas['Department'][] = (
  [
    [1, 'D01', '院办公室', null],
    [2, 'D02', '信息科', null],
    [3, 'D0201', '信息安全组', 2],
    [4, 'D0202', '系统运维组', 2],
    [5, 'D0203', '软件研发组', 2],
    [6, 'D03', '后勤保障科', null],
    [7, 'D04', '医务科', null],
    [8, 'D05', '门诊部', null],
    [9, 'D06', '放射科', null],
    [10, 'D07', '检验科', null],
    [11, 'D08', '药剂科', null],
    [12, 'D09', '护理部', null],
  ] as const
).map(([id, code, name, parent_id]) => ({ id, code, name, parent_id, head_id: id <= 8 ? id : null, people_count: 3 + ((id * 7) % 24) }));

export const POSTS: Schemas['Post'][] = (
  [
    [1, 'P01', '信息安全主管', 3, '统筹等级保护整改，确认判定，向院领导报告'],
    [2, 'P02', '网络安全工程师', 3, '边界与区域防护、漏洞处置、日志分析'],
    [3, 'P03', '系统运维工程师', 4, '服务器、数据库与备份的运行维护和加固'],
    [4, 'P04', '安全技术研发', 5, '接口与脚本开发，代码审查'],
    [5, 'P05', '机房管理员', 6, '机房环境、电力与出入管理'],
    [6, 'P06', '科室联络员', null, '本科室信息安全事项的联络与登记'],
  ] as const
).map(([id, code, name, department_id, duty]) => ({ id, code, name, department_id, duty, people_count: 1 + ((id * 5) % 9) }));

export const PEOPLE: Schemas['Person'][] = Array.from({ length: 186 }, (_, i) => {
  const department = at(DEPARTMENTS, i % DEPARTMENTS.length);
  const post = i % 4 === 0 ? at(POSTS, i % POSTS.length) : null;
  return {
    id: i + 1,
    code: `E${String(1001 + i)}`,
    name: `${random.pick(SURNAMES)}${random.pick(GIVEN)}`,
    department_id: department.id,
    department_name: department.name,
    post_id: post?.id ?? null,
    post_name: post?.name ?? null,
    phone: `000-${String(8000 + i)}`,
    email: i % 3 === 0 ? `e${1001 + i}@hospital.example` : null,
    state: i % 41 === 40 ? 'left' : 'active',
  };
});

const SYSTEM_NAMES = [
  ['HIS', '医院信息系统', 3, 3, '门急诊、住院、收费与药品管理'],
  ['EMR', '电子病历系统', 3, 3, '病历书写、归档与质控'],
  ['LIS', '检验信息系统', 3, 2, '标本、仪器与报告'],
  ['PACS', '医学影像系统', 3, 3, '影像采集、存储与阅片'],
  ['PORTAL', '门户网站与预约', 2, 2, '对外信息发布与预约挂号'],
] as const;

export const SYSTEMS: Omit<Schemas['System'], 'result'>[] = SYSTEM_NAMES.map(([code, name, s, a, description], i) => ({
  id: i + 1,
  code,
  name,
  description,
  grade: { s, a },
  level: Math.max(s, a),
  extensions: code === 'PORTAL' ? ['mobile'] : [],
  filing_number: i < 4 ? `00000000000-${String(24001 + i)}` : null,
  graded_on: day(-700 + i * 11),
  filed_on: i < 4 ? day(-680 + i * 11) : null,
  certificate_expires_on: i < 4 ? day(400 - i * 90) : null,
  department_id: 2,
  department_name: '信息科',
  owner_id: i + 1,
  owner_name: at(PEOPLE, i).name,
  state: 'operating',
  asset_count: i === 0 ? 30 : 8 + i,
  assessment_id: i < 3 ? i + 1 : null,
}));

const CORE: [Schemas['ObjectType'], string, number, string][] = [
  ['room', '中心机房', 1, '门诊楼 3 层'],
  ['topology', '全院网络拓扑', 1, '信息科'],
  ['network_device', '核心交换机', 2, '中心机房 A 列'],
  ['network_device', '门诊汇聚交换机', 2, '门诊楼弱电间'],
  ['security_device', '互联网出口防火墙', 1, '中心机房 A 列'],
  ['security_device', '运维审计系统', 1, '中心机房 B 列'],
  ['server_os', 'HIS 应用服务器', 4, '中心机房 C 列'],
  ['server_os', 'HIS 数据库服务器', 2, '中心机房 C 列'],
  ['server_os', '医保前置机', 1, '中心机房 C 列'],
  ['server_os', '安全管理服务器', 1, '中心机房 B 列'],
  ['database', 'HIS 主数据库', 1, '—'],
  ['database', 'HIS 备用数据库', 1, '—'],
  ['middleware', '集成消息中间件', 1, '—'],
  ['application', '门诊收费应用', 1, '—'],
  ['application', '住院护士站应用', 1, '—'],
  ['application', '药房管理应用', 1, '—'],
  ['management_platform', '日志集中平台', 1, '中心机房 B 列'],
  ['management_platform', '终端管理平台', 1, '中心机房 B 列'],
  ['policy_document', '安全管理体系', 1, '信息科'],
  ['terminal', '门诊收费终端', 5, '门诊大厅'],
];
const WARDS = ['心内科', '呼吸科', '普外科', '骨科', '儿科', '妇产科', '急诊科', '重症医学科', '神经内科', '肿瘤科'] as const;

const asset = (id: number, over: Partial<Schemas['Asset']>): Schemas['Asset'] => ({
  id,
  code: `A${String(id).padStart(5, '0')}`,
  name: '',
  object_type: 'terminal',
  system_ids: [1],
  system_names: ['医院信息系统'],
  address: null,
  location: null,
  model: null,
  version: null,
  owner_id: null,
  owner_name: null,
  department_id: 2,
  department_name: '信息科',
  importance: 'ordinary',
  supplier: null,
  state: 'operating',
  local_host: false,
  last_inspected_at: null,
  ...over,
});

function coreAssets(): Schemas['Asset'][] {
  const list: Schemas['Asset'][] = [];
  for (const [object_type, name, count, location] of CORE)
    for (let i = 1; i <= count; i++) {
      const id = list.length + 1;
      const owner = at(PEOPLE, id % 24);
      list.push(
        asset(id, {
          name: count > 1 ? `${name} ${String(i).padStart(2, '0')}` : name,
          object_type,
          location,
          address: ['room', 'topology', 'policy_document', 'application'].includes(object_type) ? null : `10.20.${id}.10`,
          model: object_type === 'server_os' ? '机架服务器 R2' : object_type.endsWith('device') ? '示例型号 X100' : null,
          version: object_type === 'server_os' ? 'openEuler 22.03' : null,
          owner_id: id % 7 === 0 ? null : owner.id,
          owner_name: id % 7 === 0 ? null : owner.name,
          importance: id % 3 === 0 ? 'critical' : 'important',
          supplier: '示例供应商',
          local_host: name === '安全管理服务器',
          last_inspected_at: object_type === 'server_os' ? moment(-(id % 20) - 0.2) : null,
        }),
      );
    }
  return list;
}

export const ASSETS: Schemas['Asset'][] = coreAssets();
for (let id = ASSETS.length + 1; id <= 10_128; id++) {
  const ward = random.pick(WARDS);
  const owner = at(PEOPLE, id % PEOPLE.length);
  const system = at(SYSTEMS, id % SYSTEMS.length);
  ASSETS.push(
    asset(id, {
      name: `${ward}病区医生工作站 ${String(id).padStart(5, '0')}`,
      system_ids: [system.id],
      system_names: [system.name],
      address: `10.${30 + (id >> 14)}.${(id >> 6) & 255}.${id & 63}`,
      location: `住院楼 ${1 + (id % 18)} 层`,
      model: '台式机 T3',
      owner_id: owner.id,
      owner_name: owner.name,
      department_id: 12,
      department_name: '护理部',
    }),
  );
}
