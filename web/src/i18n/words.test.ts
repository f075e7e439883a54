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
} as const satisfies Record<string, readonly (keyof typeof zh.word)[]>;

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
        const words: Record<string, string> = messages.word[group];
        return codes.filter((code) => !words[code]).map((code) => `${group}.${code}`);
      });
    });
    expect(missing).toEqual([]);
  });
  it('say how a database is protected', () => {
    const modes: Record<string, string> = messages.inspect.tlsMode;
    expect(schemas.DatabaseTls?.enum?.filter((mode) => !modes[mode])).toEqual([]);
  });
});
