import { describe, expect, it } from 'vitest';
import { keepsAll, passwordRules } from './passwordRules';

describe('password rules', () => {
  it.each([
    ['', { length: false, classes: false, username: false, run: false }],
    ['Xl8', { length: false, classes: true, username: true, run: true }],
    ['aaaaaaaaaaaa', { length: true, classes: false, username: true, run: false }],
    ['Sysadmin-2026', { length: true, classes: true, username: false, run: true }],
    ['Grove-rain-1234', { length: true, classes: true, username: true, run: false }],
    ['Grove-rain-2026', { length: true, classes: true, username: true, run: true }],
    ['杏林盾Ab7#春眠不觉', { length: true, classes: true, username: true, run: true }],
  ])('%s', (password, expected) => expect(passwordRules(password, 'sysadmin')).toEqual(expected));
  it('holds with no user name yet', () => expect(keepsAll('Grove-rain-2026', '')).toBe(true));
});
