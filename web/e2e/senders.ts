import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** Where a listener listens, `host:port`. */
const placeOf = (address: string) => {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
};

/** Sends each line as a datagram. */
export async function sendDatagrams(address: string, lines: readonly string[]) {
  const { host, port } = placeOf(address);
  const socket = createSocket('udp4');
  for (const line of lines)
    await new Promise<void>((resolve, reject) => socket.send(line, port, host, (error) => (error ? reject(error) : resolve())));
  socket.close();
}

/** Sends the lines over one connection, each ended by a newline. */
export async function sendStream(address: string, lines: readonly string[]) {
  const { host, port } = placeOf(address);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, host, () => socket.end(lines.map((line) => `${line}\n`).join('')));
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A message as RFC 3164 writes it, of this moment in Shanghai. */
export function syslog(host: string, program: string, text: string): string {
  const now = new Date(Date.now() + 8 * 3_600_000);
  const day = String(now.getUTCDate()).padStart(2, ' ');
  return `<38>${MONTHS[now.getUTCMonth()]} ${day} ${now.toISOString().slice(11, 19)} ${host} ${program}: ${text}`;
}
