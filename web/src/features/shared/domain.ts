import type { Schemas } from '@/api/client';
import type { Tone } from '@/ui/Pill';

/** The ten security classes in the standard's order. */
export const DOMAINS = [
  'PES',
  'CNS',
  'ABS',
  'CES',
  'SMC',
  'PSS',
  'ORS',
  'HRS',
  'CMS',
  'MMS',
] as const satisfies readonly Schemas['Domain'][];
export const OBJECT_TYPES = [
  'room',
  'power',
  'network_device',
  'security_device',
  'link',
  'topology',
  'server_os',
  'virtualization',
  'terminal',
  'mobile',
  'iot_node',
  'ics_device',
  'database',
  'middleware',
  'application',
  'system_software',
  'management_platform',
  'trusted_component',
  'crypto_component',
  'data',
  'organisation',
  'personnel',
  'policy_document',
  'procedure_document',
  'design_document',
  'record',
  'report',
] as const satisfies readonly Schemas['ObjectType'][];
export const IMPORTANCE = ['critical', 'important', 'ordinary'] as const satisfies readonly Schemas['Importance'][];
export const EXTENSIONS = ['cloud', 'mobile', 'iot'] as const satisfies readonly Schemas['Extension'][];
export const SEVERITIES = ['high', 'medium', 'low'] as const satisfies readonly Schemas['Severity'][];
export const FINDING_STATES = [
  'open',
  'planned',
  'in_progress',
  'verifying',
  'closed',
  'accepted',
] as const satisfies readonly Schemas['FindingState'][];
/** States in which a finding still wants work. */
export const UNSETTLED = 'open,planned,in_progress,verifying';
export const TASK_STATES = ['todo', 'doing', 'verifying', 'done'] as const satisfies readonly Schemas['TaskState'][];
export const TEMPLATES = ['2025', '2021', '2019'] as const satisfies readonly Schemas['Template'][];

export const TONES = {
  verdict: { compliant: 'good', partial: 'warn', noncompliant: 'bad', not_applicable: 'mute', unanswered: 'info' },
  conclusion: {
    compliant: 'good',
    basically_compliant: 'warn',
    noncompliant: 'bad',
    excellent: 'good',
    good: 'good',
    fair: 'warn',
    poor: 'bad',
  },
  severity: { high: 'bad', medium: 'warn', low: 'info' },
  finding: { open: 'warn', planned: 'info', in_progress: 'info', verifying: 'accent', closed: 'good', accepted: 'mute' },
  task: { todo: 'mute', doing: 'info', verifying: 'accent', done: 'good' },
  check: { pass: 'good', fail: 'bad', not_applicable: 'mute', unknown: 'warn' },
  // How much it matters is no fault: red is for what is wrong.
  importance: { critical: 'accent', important: 'info', ordinary: 'mute' },
  record: { planned: 'info', operating: 'good', retired: 'mute', spare: 'info', active: 'good', left: 'mute' },
  account: { active: 'good', inactive: 'info', disabled: 'mute' },
  fate: { create: 'good', update: 'info', unchanged: 'mute', reject: 'bad' },
  evidence: { current: 'good', superseded: 'mute', expired: 'warn' },
} as const satisfies Record<string, Record<string, Tone>>;

export const toneOf = (group: keyof typeof TONES, code: string): Tone => (TONES[group] as Record<string, Tone>)[code] ?? 'mute';

/** The thresholds a template draws, as fractions of the meter. */
export function marksOf(template: Schemas['Template']): { at: number; label: string }[] {
  return template === '2025'
    ? [
        { at: 0.6, label: '60%' },
        { at: 0.9, label: '90%' },
      ]
    : [
        { at: 0.7, label: '70' },
        { at: 0.8, label: '80' },
        { at: 0.9, label: '90' },
      ];
}

/** Where a result stands on its meter, whichever figure its template counts. */
export const positionOf = (result: Pick<Schemas['ResultSummary'], 'rate' | 'score'>): number =>
  result.rate ?? (result.score === null || result.score === undefined ? 0 : result.score / 100);

/** `S3A3`, as grades are written. */
export const gradeText = (grade: Schemas['Grade']) => `S${grade.s}A${grade.a}`;
/** The security class a unit code names. */
export const domainOf = (requirement: string) => requirement.slice(3, 6) as Schemas['Domain'];
