import { type ThemeConfig, theme } from 'antd';

export const FONT =
  '"Segoe UI","PingFang SC","Microsoft YaHei UI","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif';

/** The colours of tokens.css for those who cannot read CSS variables: Ant Design's derivations and the charts. */
export const palette = {
  light: {
    series: ['#0d6173', '#c4621a', '#3f7fe0', '#7a45c9', '#b4304f', '#08703f'],
    marks: { good: '#17a267', warn: '#e09a1f', bad: '#d94a3f' },
    severity: { critical: '#8f1d16', high: '#d94a3f', medium: '#e09a1f', low: '#3f7fe0', informational: '#8a98a3' },
    line: '#e3e8ec',
    text: '#17242b',
    sub: '#53636d',
    raised: '#ffffff',
  },
  dark: {
    series: ['#62c3d3', '#f0b070', '#93c0ff', '#c09cff', '#ff8fab', '#6fdca6'],
    marks: { good: '#2fae73', warn: '#d99a2b', bad: '#e2655b' },
    severity: { critical: '#ff8077', high: '#d2453b', medium: '#d99a2b', low: '#5b95ea', informational: '#71818c' },
    line: '#27343c',
    text: '#e4ebee',
    sub: '#9fb0b9',
    raised: '#1b262d',
  },
} as const;

export function themeFor(dark: boolean): ThemeConfig {
  const p = dark ? palette.dark : palette.light;
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'app' },
    hashed: false,
    token: {
      colorPrimary: dark ? '#137687' : '#0d6173',
      colorLink: dark ? '#62c3d3' : '#0d6173',
      colorInfo: dark ? '#5b95ea' : '#1d5bb8',
      colorSuccess: dark ? '#2fae73' : '#08703f',
      colorWarning: dark ? '#d9902f' : '#a8540a',
      colorError: dark ? '#dc4f45' : '#b3261e',
      fontFamily: FONT,
      borderRadius: 6,
      borderRadiusLG: 10,
      controlHeight: 32,
      controlHeightSM: 26,
      wireframe: false,
      colorBgLayout: dark ? '#0d1418' : '#f4f6f8',
      colorBgContainer: dark ? '#151e24' : '#ffffff',
      colorBgElevated: p.raised,
      colorWarningBg: dark ? '#372a12' : '#fdf1dc',
      colorWarningBorder: dark ? '#5c4620' : '#efd3a0',
      colorErrorBg: dark ? '#3c1c1b' : '#fdeceb',
      colorErrorBorder: dark ? '#6b2f2c' : '#f3c1bd',
      colorInfoBg: dark ? '#172c4d' : '#e8f0fd',
      colorInfoBorder: dark ? '#2b4a7a' : '#bcd3f5',
      colorSuccessBg: dark ? '#12311f' : '#e1f6ea',
      colorSuccessBorder: dark ? '#1f5537' : '#aedfc4',
      colorBorderSecondary: p.line,
      colorBorder: dark ? '#3a4a54' : '#cbd4da',
      colorText: p.text,
      colorTextSecondary: p.sub,
      colorTextTertiary: p.sub,
      colorTextDescription: p.sub,
      colorTextPlaceholder: dark ? '#8496a1' : '#667681',
    },
    components: {
      Button: { contentFontSizeSM: 13, paddingInlineSM: 9 },
      Drawer: { paddingLG: 20 },
      Tabs: {
        horizontalMargin: '0 0 12px 0',
        ...(dark ? { itemSelectedColor: '#62c3d3', itemHoverColor: '#62c3d3', itemActiveColor: '#62c3d3', inkBarColor: '#62c3d3' } : {}),
      },
    },
  };
}
