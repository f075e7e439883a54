import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of one's own over a fresh data folder, for what changes the whole installation. */
export class OwnServer {
  private constructor(
    readonly address: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    child.stderr?.on('data', (chunk: Buffer) => {
      this.said += chunk.toString();
    });
  }
  private said = '';

  /** What the server says of itself when it starts, such as the port that a listener got. */
  async told(pattern: RegExp): Promise<string> {
    for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const found = pattern.exec(this.said)?.[1];
      if (found) return found;
    }
    throw new Error(`the server did not say ${pattern}: ${this.said}`);
  }

  /** Starts it with further flags, such as `--demo` for the demonstration hospital. */
  static async start(...flags: string[]): Promise<OwnServer> {
    const binary = process.env.XINGLIN_BIN;
    if (!binary) throw new Error('XINGLIN_BIN names no program');
    const folder = mkdtempSync(join(tmpdir(), 'xinglin-e2e-'));
    const child = spawn(binary, ['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const address = await new Promise<{ found: string; said: string }>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /listening on (http:\S+)/.exec(said);
        if (found?.[1]) resolve({ found: found[1], said });
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    const server = new OwnServer(address.found, child, folder);
    server.said = address.said + server.said;
    return server;
  }

  /** The password of an account of the demonstration hospital. */
  passwordOf(account: string): string {
    const lines = readFileSync(join(this.folder, 'data', 'sign-in.txt'), 'utf8').split('\n');
    const [, password] = lines.map((line) => line.trim().split(/\s+/)).find(([name]) => name === account) ?? [];
    if (!password) throw new Error(`the demonstration has no account ${account}`);
    return password;
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
