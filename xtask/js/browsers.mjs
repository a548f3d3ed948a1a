// The oldest browsers, in one place: what the style sheets and scripts are written down to, and what dist/ is held against.

/** In these everything works and can be read; README's section "Browsers" says the same. */
export const OLDEST = { chrome: '111', firefox: '115', safari: '16.4' };

/** As esbuild names them. */
export const SCRIPT_TARGET = Object.entries(OLDEST).map(([name, version]) => name + version);

/** As lightningcss counts them. */
export const STYLE_TARGETS = Object.fromEntries(
  Object.entries(OLDEST).map(([name, version]) => {
    const [major, minor = 0] = version.split('.').map(Number);
    return [name, (major << 16) | (minor << 8)];
  }),
);
