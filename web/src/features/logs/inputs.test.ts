import { describe, expect, it } from 'vitest';
import { inputTone, linesOf } from './inputs';

describe('what is followed', () => {
  it('has a path a line, without blanks', () => {
    expect(linesOf(' /var/log/a.log \n\n/srv/**/b.log\n')).toEqual(['/var/log/a.log', '/srv/**/b.log']);
    expect(linesOf(undefined)).toEqual([]);
  });
  it('has a tone that says whether somebody must act', () => {
    expect(['following', 'partly', 'failing', 'paused', 'another'].map(inputTone)).toEqual(['good', 'warn', 'bad', 'mute', 'mute']);
  });
});
