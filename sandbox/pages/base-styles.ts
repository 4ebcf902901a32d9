/** Colours, type and controls shared by every page of the sandbox; each area adds its own look. */
export const BASE_STYLES = `
:root{color-scheme:light dark;--ground:#eef2fb;--card:#fff;--ink:#0e1a3c;--soft:#51608a;--line:#d5ddf0;--brand:#12297a;--brand-ink:#fff;--link:#1d3fb8;--good:#0b6b3a;--good-ground:#e6f5ec;--bad:#a3221b;--bad-ground:#fdedec;--wait:#7a5200;--wait-ground:#fff4dc;--ribbon:#ffd84d;--ribbon-ink:#2b2100;--shadow:0 10px 30px rgb(14 26 60/.1)}
@media (prefers-color-scheme:dark){:root{--ground:#0a1024;--card:#131c3a;--ink:#e9eeff;--soft:#a3b0d8;--line:#2b3867;--brand:#8fa9ff;--brand-ink:#0a1024;--link:#a9bdff;--good:#5fdc97;--good-ground:#0f2b20;--bad:#ff9d94;--bad-ground:#331517;--wait:#f2c14e;--wait-ground:#2f2510;--ribbon:#5b4a0c;--ribbon-ink:#ffe9a0;--shadow:none}}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1,h2,h3,p{margin:0}
h1{font-size:1.5rem;line-height:1.25;font-weight:700;text-wrap:balance}
h2{font-size:1.15rem;line-height:1.3}
a{color:var(--link);text-underline-offset:3px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.ribbon{background:var(--ribbon);color:var(--ribbon-ink);padding:8px 16px;font-size:.875rem;text-align:center;font-weight:600}
.ribbon a{color:inherit}
.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:52px;padding:12px 20px;border:2px solid transparent;border-radius:26px;background:var(--brand);color:var(--brand-ink);font:inherit;font-weight:650;text-align:center;text-decoration:none;cursor:pointer}
.button:hover{filter:brightness(1.08)}
.button.quiet{background:transparent;color:var(--link);border-color:var(--line)}
.hidden-label{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:reduce){*,*::before,*::after{animation:none!important;transition:none!important}}
`;
