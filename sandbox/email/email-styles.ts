import { HELP_STYLES } from "@/sandbox/pages/help-styles";

/** The outbox, and the mail itself: dark whatever the reader's system prefers, as mails are. */
export const EMAIL_STYLES = `${HELP_STYLES}
.inbox{list-style:none;padding:0;gap:0}
.inbox li{max-width:none;border-bottom:1px solid var(--line)}
.inbox li:last-child{border-bottom:0}
.inbox a{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 16px;padding:14px 4px;color:inherit;text-decoration:none;border-radius:12px}
.inbox a:hover strong{text-decoration:underline}
.inbox strong{overflow-wrap:anywhere}
.inbox .soft{grid-column:1;overflow-wrap:anywhere;font-size:.9375rem}
.inbox .pill{grid-column:2;grid-row:1/span 2;align-self:center}
@media (max-width:639px){.inbox a{grid-template-columns:minmax(0,1fr)}.inbox .pill{grid-column:1;grid-row:auto;justify-self:start;margin-top:6px}}
.letterhead{display:grid;gap:8px}
.letterhead h2{font-size:1.25rem;overflow-wrap:anywhere}
.letterhead dl{margin:0;display:grid;grid-template-columns:auto minmax(0,1fr);gap:2px 12px;font-size:.9375rem}
.letterhead dt{color:var(--soft)}.letterhead dd{margin:0;overflow-wrap:anywhere}
.mail-page section{padding:18px 12px 12px}
.mail-page .letterhead{padding:0 6px}
@media (min-width:640px){.mail-page section{padding:28px 28px 28px}.mail-page .letterhead{padding:0}}
.mail-page main{max-width:720px}
.mail{color-scheme:dark;background:#0a0f1f;color:#eef2ff;border-radius:18px;padding:32px 20px;display:grid;gap:22px;justify-items:center;text-align:center;grid-template-columns:minmax(0,1fr)}
@media (min-width:640px){.mail{padding:44px 48px}}
.mail .brand{display:flex;align-items:center;gap:10px;font-weight:700}
.mail .mark{width:32px;height:32px;border-radius:11px;background:#ffd84d;color:#12297a;display:grid;place-items:center;font-weight:800}
.mail .sender{color:#aab6dd;max-width:40ch;text-wrap:balance;overflow-wrap:anywhere}
.mail .sum{font-size:clamp(2.25rem,11vw,3.25rem);line-height:1.05;font-weight:750;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.mail .sum small{display:block;font-size:1rem;letter-spacing:.08em;font-weight:650;color:#aab6dd;margin-bottom:6px}
.mail blockquote{margin:0;max-width:420px;width:100%;background:#141c36;border-left:4px solid #ffd84d;border-radius:4px 14px 14px 4px;padding:14px 18px;text-align:left;white-space:pre-line;overflow-wrap:anywhere}
.mail .ticket{width:100%;max-width:420px;border:2px dashed #45558f;border-radius:18px;padding:16px 10px;display:grid;gap:4px;background:#0f1630}
.mail .ticket span,.mail .small-print{color:#aab6dd;font-size:.875rem}
.mail .ticket code{font-size:clamp(1rem,5vw,1.35rem);font-weight:700;letter-spacing:.03em;user-select:all}
.mail .redeem{display:flex;align-items:center;justify-content:center;width:100%;max-width:420px;min-height:56px;padding:12px;border-radius:28px;background:#ffd84d;white-space:nowrap;color:#101a45;font-weight:750;font-size:1.0625rem;text-decoration:none}
.mail .redeem:hover{background:#ffe27a}
.mail :focus-visible{outline-color:#fff;outline-offset:3px}
.mail .small-print{max-width:46ch;text-wrap:pretty;overflow-wrap:anywhere}
.mail .small-print a{color:#c9d5ff}
.mail hr{width:100%;max-width:420px;border:0;border-top:1px solid #26325c;margin:0}
`;
