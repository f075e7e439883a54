import { describe, expect, it } from 'vitest';
import { currentOf, homeOf, NAVIGATION, visibleTo } from './navigation';

const keys = (permissions: Parameters<typeof visibleTo>[0]) => visibleTo(permissions).flatMap((g) => g.items.map((i) => i.key));

describe('navigation', () => {
  it('shows each administrator only his own', () => {
    expect(keys(['account.manage', 'settings.write'])).toEqual(['accounts', 'organisation']);
    expect(keys(['account.authorise'])).toEqual(['accounts']);
    expect(keys(['ledger.read'])).toEqual(['ledger']);
  });
  it('lands on the first page a session may see', () => {
    expect(homeOf(['ledger.read'])).toBe('/ledger');
    expect(homeOf(['records.read', 'assessment.read'])).toBe('/');
    expect(homeOf([])).toBe('/password');
  });
  it('marks one entry, the nearest', () => {
    const paths = ['/', '/logs', '/logs/sources', '/plans/4', '/nowhere'];
    expect(paths.map((path) => currentOf(path, NAVIGATION))).toEqual(['/', '/logs', '/logs/sources', '/plans', undefined]);
  });
  it('gives every page its own key', () => {
    const chords = NAVIGATION.flatMap((g) => g.items.map((i) => i.chord));
    expect(new Set(chords).size).toBe(chords.length);
  });
});
