import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectorsFor, makeKey, noteOf, recipeOf } from './collectors';

describe('collector scripts', () => {
  it('of this program all say how they are run', () => {
    const scripts = readdirSync('../content/collect').filter((name) => /\.(sh|sql|js|ps1)$/.test(name));
    expect(scripts.length).toBeGreaterThan(8);
    expect(scripts.filter((name) => !recipeOf(name)?.command('').includes(name))).toEqual([]);
  });
  it('are signed with the key that is given', () => {
    const recipe = recipeOf('xinglin-collect.ps1');
    expect(recipe?.command('4f1c')).toContain('-Key 4f1c');
    expect(recipe?.command('')).not.toContain('-Key');
    expect(makeKey()).toMatch(/^[0-9a-f]{32}$/);
  });
  it('begin with what suits the asset', () => {
    const all = [
      { name: 'linux.sh', family: 'linux' },
      { name: 'mysql.sql', family: 'mysql' },
    ] as const;
    expect(collectorsFor(all, 'database').map((one) => one.name)).toEqual(['mysql.sql', 'linux.sh']);
    expect(collectorsFor(all, 'server_os').map((one) => one.name)).toEqual(['linux.sh', 'mysql.sql']);
    expect([noteOf('windows'), noteOf('dm')]).toEqual(['windows', 'database']);
  });
});
