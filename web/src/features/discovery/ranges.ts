const OCTETS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Whether a text looks like a network or an address; the server reads it strictly. */
export function isRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.trim().split('/');
  if (rest.length > 0) return false;
  const octets = OCTETS.exec(address)?.slice(1).map(Number);
  const isFour = octets?.every((octet) => octet <= 255) ?? false;
  const isSix = address.includes(':') && /^[0-9a-f:.]+$/i.test(address);
  if (!isFour && !isSix) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isFour ? 32 : 128));
}

/** Whether a text is a list of ports as the scanner takes it. */
export function isPortList(text: string): boolean {
  return text.split(',').every((part) => {
    const found = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/.exec(part);
    if (!found) return false;
    const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])];
    return first >= 1 && last <= 65535 && first <= last;
  });
}
