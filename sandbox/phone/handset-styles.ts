import { BASE_STYLES } from "@/sandbox/pages/base-styles";

export const HANDSET_STYLES = `${BASE_STYLES}
body{min-height:100vh;display:grid;grid-template-rows:auto 1fr;background:var(--ground)}
body.embed{background:transparent;display:block}
.desk{display:grid;justify-items:center;gap:16px;padding:16px 8px 32px;align-content:start}
body.embed .desk{padding:0;gap:8px}
.phone{width:100%;max-width:372px;background:#111722;border-radius:44px;padding:12px;box-shadow:0 18px 50px rgb(8 12 28/.35),inset 0 0 0 2px #2c3548}
body.embed .phone{box-shadow:inset 0 0 0 2px #2c3548}
.screen{position:relative;height:640px;border-radius:33px;overflow:hidden;background:linear-gradient(#15233f,#0d3b34);color:#f3f7ff;display:flex;flex-direction:column}
.status{display:flex;justify-content:space-between;align-items:center;padding:10px 20px 4px;font-size:.875rem;font-weight:600}
.status span{display:flex;gap:8px;align-items:center}
.status .bars{display:inline-flex;gap:2px;align-items:flex-end;height:12px}.bars i{width:3px;background:currentColor;border-radius:1px}
.bars i:nth-child(1){height:4px}.bars i:nth-child(2){height:7px}.bars i:nth-child(3){height:10px}.bars i:nth-child(4){height:12px}
.battery{width:24px;height:12px;border:1.5px solid currentColor;border-radius:4px;padding:1.5px}.battery i{display:block;height:100%;width:78%;background:currentColor;border-radius:1px}
.who{padding:6px 20px 10px;display:flex;justify-content:space-between;align-items:center;gap:12px}
.who a{display:flex;align-items:center;min-height:44px;padding:0 14px;border-radius:22px;background:#0b6b3a;color:#fff;font-size:.9375rem;font-weight:650;text-decoration:none}
.who h1{font-size:1.1rem}.who p{font-size:.9rem;color:#c4d2ec}
.thread{flex:1;min-height:0;overflow-y:auto;padding:4px 12px 16px;display:flex;flex-direction:column;gap:10px;margin:0;list-style:none}
.thread li{background:#f3f7ff;color:#101a30;border-radius:6px 18px 18px 18px;padding:10px 14px;font-size:.9375rem;max-width:94%}
.thread li b{display:flex;justify-content:space-between;gap:12px;font-size:.8125rem;color:#41506f}
.thread .empty{background:none;color:#c4d2ec;border:1px dashed #4b608d;border-radius:18px;max-width:none}
.banner{margin:0 10px 10px;background:#0b6b3a;color:#fff;border-radius:18px;padding:12px 16px;font-size:.9rem;box-shadow:0 8px 24px rgb(0 0 0/.35);animation:drop .15s ease-out}
.banner.bad{background:#8f1d17}
.banner b{display:block}
.shade{position:absolute;inset:0;background:rgb(4 8 18/.62);z-index:1}
.sheet{position:absolute;z-index:3;left:0;right:0;bottom:0;max-height:100%;overflow-y:auto;background:#fff;color:#101a30;border-radius:26px 26px 33px 33px;padding:18px 20px 16px;display:grid;gap:10px;animation:rise .15s ease-out}
.sheet h2{font-size:1.05rem}
.sheet .ask{font-size:.9375rem;color:#26324d}
.sheet label{font-weight:650}
.sheet input[name=pin]{width:100%;min-height:52px;border:2px solid #c3cce0;border-radius:14px;background:#fff;color:#101a30;font-size:1.5rem;letter-spacing:.5em;text-align:center;font-family:inherit}
.sheet .wrong{color:#a3221b;font-weight:650;font-size:.9375rem}
.pad{display:none;grid-template-columns:repeat(3,1fr);gap:6px}
.js .pad{display:grid}
.pad button{min-height:44px;border:0;border-radius:12px;background:#e8edf7;color:#101a30;font:inherit;font-size:1.15rem;font-weight:600;cursor:pointer}
.pad button:active{background:#cdd7ea}
.choices{display:grid;grid-template-columns:1fr 1fr;gap:10px}
.choices button{min-height:48px;border-radius:14px;border:2px solid #c3cce0;background:#fff;color:#101a30;font:inherit;font-weight:650;cursor:pointer}
.choices .send{background:#0b6b3a;border-color:#0b6b3a;color:#fff}
.sheet small{color:#51608a;text-align:center;font-size:.8125rem}
.screen :focus-visible{outline:3px solid #5b8dff;outline-offset:2px}
.screen.off{background:#05070c;justify-content:center;text-align:center;padding:32px;color:#9fb0d0}
.screen .onscreen{width:auto;margin:0 16px 12px;background:#f3f7ff;color:#12297a}
.balance{padding:12px 20px 18px;background:rgb(4 10 24/.45);display:flex;justify-content:space-between;align-items:baseline;gap:8px;font-size:.9375rem}
.balance strong{font-size:1.125rem;font-variant-numeric:tabular-nums}
.controls{width:100%;max-width:372px;display:grid;gap:10px}
.controls .button{min-height:48px}
.controls p{font-size:.9rem;color:var(--soft);text-align:center}
.controls details{display:grid;gap:10px}
.controls summary{min-height:48px;border-radius:26px;display:flex;align-items:center;justify-content:center;gap:8px;color:var(--link);font-weight:600;cursor:pointer}
.controls summary::after{content:"▾"}.controls details[open] summary::after{content:"▴"}
.conditions{display:grid;gap:10px}
body.embed .about{display:none}
body.embed .controls :is(.button,summary){background:var(--ground)}
@keyframes rise{from{transform:translateY(40%);opacity:.4}}
@keyframes drop{from{transform:translateY(-120%)}}
@media (max-width:420px){body:not(.embed) .phone{border-radius:30px;padding:8px}.screen{height:min(640px,calc(100vh - 84px));min-height:540px;border-radius:24px}.sheet{border-radius:22px 22px 24px 24px}}
`;
