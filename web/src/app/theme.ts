import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** A quiet blue-green; the last shades are for text and filled buttons on light ground. */
const ink: MantineColorsTuple = [
  '#eef6f7',
  '#dbeaec',
  '#b5d4d9',
  '#8bbcc4',
  '#68a8b2',
  '#4f9ba7',
  '#3f8794',
  '#2f717d',
  '#1f5f6b',
  '#134650',
];

/** Greys of the same blue, for dark rooms. */
const dark: MantineColorsTuple = [
  '#dfe4ea',
  '#bcc5ce',
  '#9aa5b1',
  '#6b7682',
  '#3f4852',
  '#2f3740',
  '#20262d',
  '#191e24',
  '#14181d',
  '#0f1216',
];

export const theme = createTheme({
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  // By their names: drawers and dialogs are loaded with the pages that open them.
  components: {
    Drawer: { styles: { title: { fontWeight: 600, fontSize: '1.125rem' } } },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    Modal: { styles: { title: { fontWeight: 600, fontSize: '1rem' } } },
  },
  respectReducedMotion: true,
});

/** Grey text that can be read: 4.5 to 1 at the least on every ground that we lay it on. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#56606b',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1c2329',
    '--mantine-color-placeholder': '#6b747d',
    '--mantine-color-error': '#b42318',
    '--lk-ground': '#f6f8f9',
    '--lk-surface': '#ffffff',
    '--lk-line': '#e1e6ea',
    '--lk-hover': '#f1f5f6',
    '--lk-good': '#1f6f4a',
    '--lk-warn': '#8a5300',
    '--lk-bad': '#b42318',
    '--lk-good-soft': '#e3f3ea',
    '--lk-warn-soft': '#fdf1dc',
    '--lk-bad-soft': '#fce8e6',
    '--lk-calm-soft': '#e9eef1',
    '--lk-bar': '#3f8794',
    '--lk-bar-muted': '#b7c6cc',
  },
  dark: {
    '--mantine-color-dimmed': '#9aa5b1',
    '--mantine-color-body': '#171b20',
    '--mantine-color-text': '#dfe4ea',
    '--mantine-color-placeholder': '#8b96a2',
    '--mantine-color-error': '#ff8a80',
    '--lk-ground': '#121519',
    '--lk-surface': '#191e24',
    '--lk-line': '#2b323a',
    '--lk-hover': '#20262d',
    '--lk-good': '#7cd3a4',
    '--lk-warn': '#f0b35e',
    '--lk-bad': '#ff8a80',
    '--lk-good-soft': '#17352a',
    '--lk-warn-soft': '#3a2c12',
    '--lk-bad-soft': '#40201e',
    '--lk-calm-soft': '#262d35',
    '--lk-bar': '#4f9ba7',
    '--lk-bar-muted': '#3c4751',
  },
});
