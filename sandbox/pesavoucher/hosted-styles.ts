import { BASE_STYLES } from "@/sandbox/pages/base-styles";

/** The provider's own look: deep blue and round, so that nobody mistakes it for the shop's pages. */
export const HOSTED_STYLES = `${BASE_STYLES}
.top{background:#12297a;color:#fff;padding:20px 16px 64px}
.top>div{max-width:960px;margin:0 auto;display:flex;align-items:center;gap:12px;font-weight:700;font-size:1.125rem}
.mark{width:36px;height:36px;border-radius:12px;background:#ffd84d;color:#12297a;display:grid;place-items:center;font-weight:800}
main{max-width:960px;margin:-44px auto 40px;padding:0 12px;display:grid;gap:20px;justify-items:center}
.card{width:100%;max-width:460px;background:var(--card);border-radius:28px;padding:24px 20px;box-shadow:var(--shadow);display:grid;gap:18px;align-content:start}
@media (min-width:480px){.card{padding:32px}}
.lead{color:var(--soft)}
h1.lead{font-size:1.125rem;font-weight:600;margin-bottom:4px}
.field{display:grid;gap:6px}
.field label{font-weight:600}
.field .hint{color:var(--soft);font-size:.9rem}
.field input{width:100%;min-height:56px;padding:10px 18px;border:2px solid var(--line);border-radius:18px;background:var(--ground);color:var(--ink);font:inherit;font-size:1.15rem;font-variant-numeric:tabular-nums}
.field input:focus-visible{outline:3px solid var(--link);outline-offset:1px;border-color:transparent}
.field input[aria-invalid=true]{border-color:var(--bad)}
.error{color:var(--bad);font-weight:600;min-height:1.5em}
.prefixed{position:relative}.prefixed span{position:absolute;left:18px;top:0;bottom:0;display:grid;place-items:center;color:var(--soft);font-weight:600}
.field .prefixed input{padding-left:64px}
.amount{font-size:clamp(1.6rem,8.6vw,2.25rem);white-space:nowrap;line-height:1.1;font-weight:700;font-variant-numeric:tabular-nums}
.notice{border-radius:18px;padding:14px 16px;display:grid;gap:4px}
.notice.good{background:var(--good-ground);color:var(--good)}
.notice.bad{background:var(--bad-ground);color:var(--bad)}
.notice.wait{background:var(--wait-ground);color:var(--wait)}
.notice.note{background:var(--ground);white-space:pre-line;overflow-wrap:anywhere}
.notice strong{font-size:1.05rem}
.voucher{border:2px dashed var(--link);border-radius:20px;padding:18px 14px;text-align:center;display:grid;gap:4px}
.voucher code{font-size:clamp(1.05rem,5.2vw,1.4rem);font-weight:700;letter-spacing:.02em;user-select:all}
dl{margin:0;display:grid;gap:10px}
dl div{display:flex;justify-content:space-between;gap:16px;border-bottom:1px solid var(--line);padding-bottom:10px}
dl div:last-child{border:0;padding:0}
dt{color:var(--soft)}dd{margin:0;font-weight:600;text-align:right;overflow-wrap:anywhere}
dd.code{white-space:nowrap;font-size:.875rem}
.actions{display:grid;gap:10px}
.beside{width:100%;max-width:420px;display:none}
.beside iframe{width:100%;height:720px;border:0;border-radius:28px;background:transparent;display:block}
.pulse{display:inline-block;width:12px;height:12px;border-radius:50%;background:currentColor;margin-right:8px;animation:pulse 1.2s ease-in-out infinite}
@keyframes pulse{50%{opacity:.25}}
@media (min-width:900px){
main.two{grid-template-columns:minmax(0,1fr) 400px;justify-items:stretch;align-items:start}
main.two .card{max-width:none}
main.two .beside{display:block;margin-top:0}
.only-narrow{display:none!important}
}
footer{color:var(--soft);font-size:.875rem;text-align:center;padding:0 16px 32px}
`;
