/** Hands a file to whoever sits at the screen. */
export function saveFile(file: File) {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // The browser has taken it over by then.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
