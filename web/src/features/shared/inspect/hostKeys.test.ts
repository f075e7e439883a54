import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/client';
import { changedKey, consoleCommand, shownKey } from './hostKeys';

const refused = (slug: string, field: string, found: string, expected: string) =>
  new ApiError(slug, 409, '', null, [{ field, found, expected }]);

describe('host keys', () => {
  it('are read from the refusal', () => {
    const key = 'ssh-ed25519 SHA256:abc';
    expect(shownKey(refused('host-key-unknown', 'host_key', key, ''))).toEqual({ hop: 'target', key });
    expect(shownKey(refused('host-key-unknown', 'jump.host_key', key, ''))).toEqual({ hop: 'jump', key });
    expect(shownKey(refused('target-refused', 'host_key', key, ''))).toBeNull();
    expect(changedKey(refused('host-key-changed', 'host_key', key, 'ssh-rsa SHA256:old'))).toEqual({
      known: 'ssh-rsa SHA256:old',
      found: key,
    });
    expect(changedKey(new Error('x'))).toBeNull();
  });
  it('are compared with a command of the console', () => {
    expect(consoleCommand('ssh-ed25519 SHA256:x')).toContain('ssh_host_ed25519_key');
    expect(consoleCommand('ecdsa-sha2-nistp256 SHA256:x')).toContain('ssh_host_ecdsa_key');
    expect(consoleCommand('rsa-sha2-512 SHA256:x')).toContain('ssh_host_rsa_key');
  });
});
