import { BASE_STYLES } from "@/sandbox/pages/base-styles";

/** The reading pages: help and activity. */
export const HELP_STYLES = `${BASE_STYLES}
.top{background:#12297a;color:#fff;padding:28px 16px 32px}
.top>div,main{max-width:1040px;margin:0 auto}
.top h1{font-size:clamp(1.6rem,5vw,2.25rem)}
.top p{max-width:60ch;margin-top:8px;color:#dfe7ff}
.top nav{display:flex;flex-wrap:wrap;gap:8px;margin-top:18px}
.top nav a{color:#fff;border:1px solid rgb(255 255 255/.45);border-radius:22px;padding:9px 16px;min-height:44px;text-decoration:none;font-weight:600}
.top nav a:hover{background:rgb(255 255 255/.14)}
.top :focus-visible{outline-color:#ffd84d}
main{padding:20px 12px 48px;display:grid;grid-template-columns:minmax(0,1fr);gap:20px}
section{background:var(--card);border-radius:24px;padding:22px 18px;box-shadow:var(--shadow);display:grid;grid-template-columns:minmax(0,1fr);gap:14px;min-width:0;scroll-margin-top:12px}
@media (min-width:640px){section{padding:28px}}
section>p,section li{max-width:75ch}
.soft{color:var(--soft)}
h3{font-size:1rem}
.scroll{position:relative;overflow-x:auto;margin:0 -4px;padding:0 4px}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;color:var(--soft);padding-bottom:6px}
th,td{text-align:left;vertical-align:top;padding:9px 14px 9px 0;border-bottom:1px solid var(--line)}
th{font-weight:650;white-space:nowrap}
thead th{color:var(--soft);font-size:.875rem}
tr:last-child>*{border-bottom:0}
.pill{display:inline-block;border-radius:12px;padding:2px 10px;font-size:.8125rem;font-weight:650;background:var(--wait-ground);color:var(--wait);white-space:nowrap}
.pill.good{background:var(--good-ground);color:var(--good)}
.pill.bad{background:var(--bad-ground);color:var(--bad)}
ul,ol{margin:0;padding-left:1.25rem;display:grid;gap:6px}
.inline{display:flex;flex-wrap:wrap;gap:10px;align-items:end}
.inline label{display:grid;gap:6px;font-weight:600;flex:1 1 220px}
.inline input{min-height:52px;padding:8px 18px;border:2px solid var(--line);border-radius:18px;background:var(--ground);color:var(--ink);font:inherit;width:100%}
.inline .button{width:auto;flex:0 0 auto}
.small{min-height:44px;padding:6px 16px;border-radius:22px;border:2px solid var(--line);background:transparent;color:var(--link);font:inherit;font-weight:600;cursor:pointer;white-space:nowrap}
.stats{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:12px;margin:0}
.stats div{background:var(--ground);border-radius:18px;padding:12px 16px}
.stats dt{color:var(--soft);font-size:.875rem}.stats dd{margin:0;font-weight:700;font-size:1.125rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
@media (max-width:639px){
table.stack thead{display:none}
table.stack tr{display:grid;gap:2px;padding:10px 0;border-bottom:1px solid var(--line)}
table.stack tr:last-child{border-bottom:0}
table.stack th,table.stack td{border:0;padding:0;white-space:normal}
}
`;
