import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstLoad } from './first-load.ts';
import { firstPaint } from './first-paint.ts';
import { stylesThere } from './styles-there.ts';

/** `npm run dev:web` serves the sources and hands what is the API's to the one that `npm start` runs. */
const api = process.env['LOTKEEPER_API'] ?? 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), stylesThere(), firstPaint(), firstLoad({ mostBytes: 250 * 1024 })],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    // Tells the server which scripts a page needs, so that it names them in the page's head (src/server/dashboard.ts).
    manifest: 'pages.json',
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/graphql': { target: api, ws: true }, '/queues': api, '/explorer': api, '/livez': api, '/readyz': api },
  },
});
