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
  ) {}

  /** Starts it with further flags, such as `--demo` for the demonstration hospital. */
  static async start(...flags: string[]): Promise<OwnServer> {
    const binary = process.env.XINGLIN_BIN;
    if (!binary) throw new Error('XINGLIN_BIN names no program');
    const folder = mkdtempSync(join(tmpdir(), 'xinglin-e2e-'));
    const child = spawn(binary, ['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /listening on (http:\S+)/.exec(said);
        if (found?.[1]) resolve(found[1]);
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    return new OwnServer(address, child, folder);
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
