import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from './en-US';
import { zh } from './zh-CN';

type Schema = { enum?: string[] };
const schemas = (JSON.parse(readFileSync('openapi.json', 'utf8')) as { components: { schemas: Record<string, Schema> } }).components
  .schemas;
const slugs = readdirSync('../docs/problems')
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -3));

/** Kinds of the interface that people read, and the groups that have their words: a short one, and where it helps a sentence. */
const GROUPS = {
  Family: ['family'],
  InspectionSource: ['inspectionSource'],
  FactFate: ['factFate'],
  Trust: ['trust'],
  CheckStatus: ['checkStatus'],
  Severity: ['severity'],
  ObjectType: ['objectType'],
  PolicyProblem: ['policyProblem', 'policyProblemWhy'],
  DiscoveryProblem: ['discoveryProblem', 'discoveryProblemWhy'],
  DiscoverySource: ['discoverySource'],
  Weakness: ['weakness', 'weaknessWhy'],
  PortState: ['portState'],
  AgentState: ['agentState'],
  IntegritySource: ['integritySource'],
  FileChangeKind: ['fileChangeKind'],
  FileChangeCause: ['fileChangeCause', 'fileChangeCauseWhy'],
  FileChangeState: ['fileChangeState'],
  FileKind: ['fileKind'],
  Certainty: ['certainty'],
  LogSourceState: ['logSourceState'],
  LogCollected: ['logCollected'],
  LogRunState: ['logRunState'],
  LogTimeSource: ['logAtFrom'],
  LogFieldKind: ['logFieldKind'],
  LogSqlKind: ['logSqlKind'],
  LogWriting: ['logStorageState'],
  AlertSeverity: ['alertSeverity'],
  AlertState: ['alertState'],
  AlertVerdict: ['alertVerdict', 'alertVerdictWhy'],
  AlertKind: ['alertKind', 'ruleKind'],
  AlertMomentKind: ['alertTimeline'],
  EntityKind: ['entityKind'],
  RuleOrigin: ['ruleOrigin'],
  IndicatorKind: ['indicatorKind'],
  IndicatorSource: ['indicatorSource'],
  LedgerAction: ['action'],
  SubjectKind: ['subjectKind'],
} as const satisfies Record<string, readonly (keyof typeof zh.word)[]>;

type Words = { readonly [code: string]: string | Words };
/** The word for a code; a dot in a code leads into a group. */
const wordOf = (words: Words, code: string): unknown =>
  code.split('.').reduce<unknown>((found, part) => (found as Words | undefined)?.[part], words);
/** The codes of a group, all the way down. */
const codesOf = (words: Words, prefix = ''): string[] =>
  Object.entries(words).flatMap(([key, word]) => (typeof word === 'string' ? [prefix + key] : codesOf(word, `${prefix}${key}.`)));

const languages = [
  ['zh-CN', zh],
  ['en-US', en],
] as const;

describe.each(languages)('words, %s', (_, messages) => {
  it('say every problem of the documentation', () => {
    expect(slugs.length).toBeGreaterThan(30);
    const known: Record<string, string> = messages.problem;
    expect(slugs.filter((slug) => !known[slug])).toEqual([]);
    expect(Object.keys(messages.problemHelp).filter((slug) => !slugs.includes(slug))).toEqual([]);
  });
  it('say what to do when a target refuses', () => {
    const known: Record<string, string> = messages.problemHelp;
    expect(slugs.filter((slug) => slug.startsWith('target-') && !known[slug])).toEqual([]);
  });
  it('say every kind of the interface', () => {
    const missing = Object.entries(GROUPS).flatMap(([name, groups]) => {
      const codes = schemas[name]?.enum;
      if (!codes) return [`no schema ${name}`];
      return groups.flatMap((group) => {
        return codes.filter((code) => !wordOf(messages.word[group], code)).map((code) => `${group}.${code}`);
      });
    });
    expect(missing).toEqual([]);
  });
  it('say nothing of the ledger that it never notes', () => {
    expect(codesOf(messages.word.action).filter((code) => !schemas.LedgerAction?.enum?.includes(code))).toEqual([]);
    expect(codesOf(messages.word.subjectKind).filter((code) => !schemas.SubjectKind?.enum?.includes(code))).toEqual([]);
  });
  it('say how a database is protected', () => {
    const modes: Record<string, string> = messages.inspect.tlsMode;
    expect(schemas.DatabaseTls?.enum?.filter((mode) => !modes[mode])).toEqual([]);
  });
});
