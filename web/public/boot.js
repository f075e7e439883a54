// Runs before the bundle, so the wrong theme never flashes. An external file: a strict Content-Security-Policy needs no hash.
(() => {
  try {
    const mode = localStorage.getItem('theme') || 'system';
    const dark = mode === 'dark' || (mode === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    document.documentElement.lang = localStorage.getItem('lang') || 'zh-CN';
  } catch {
    // Storage may be refused; the defaults of index.html stand.
  }
})();
