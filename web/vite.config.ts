import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = process.env.XINGLIN_API;

// Without XINGLIN_API the development server answers the API itself, from mock/.
export default defineConfig(async ({ command, isPreview }) => ({
  plugins: [
    react(),
    ...((command === 'serve' || isPreview) && !api && !process.env.VITEST ? [(await import('./mock/plugin.ts')).mock()] : []),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: ['chrome90', 'edge90', 'firefox90', 'safari15'],
    sourcemap: false,
    reportCompressedSize: true,
    chunkSizeWarningLimit: 700,
    // Fewer, longer-lived files: over HTTP/1.1 forty small chunks cost more than they save.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              priority: 4,
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next|openapi-fetch|openapi-react-query)[\\/]/,
            },
            // A group takes its dependencies along, so the base comes first and the heavy fields after it.
            {
              name: 'antd',
              test: /node_modules[\\/](antd[\\/]es[\\/](?!date-picker|calendar|select|auto-complete|tabs|drawer|checkbox|radio|segmented|steps|progress|input-number)|@ant-design|@rc-component[\\/](?!picker|select|tabs|drawer|checkbox|radio|segmented|virtual-list|input-number|steps|progress))/,
              minShareCount: 2,
              priority: 3,
            },
            {
              name: 'fields',
              test: /node_modules[\\/](@rc-component[\\/](select|tabs|drawer|virtual-list)|antd[\\/]es[\\/](select|tabs|drawer))[\\/]/,
              minShareCount: 3,
              priority: 2,
            },
            {
              name: 'dates',
              test: /node_modules[\\/](dayjs|@rc-component[\\/]picker|antd[\\/]es[\\/]date-picker)[\\/](?!.*locale)/,
              priority: 1,
            },
            {
              name: 'shared',
              test: /src[\\/](ui|i18n|api|features[\\/]shared)[\\/](?!choices|DayField|FormDrawer|ReasonDialog|PasswordField|DataGrid|imports)/,
              minShareCount: 5,
            },
          ],
        },
      },
    },
  },
  html: { cspNonce: '__CSP_NONCE__' },
  server: api ? { proxy: { '/api': api } } : {},
  preview: api ? { proxy: { '/api': api } } : {},
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', 'mock/**/*.test.ts'],
    css: false,
  },
}));
