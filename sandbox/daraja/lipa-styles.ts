/** The form of a payment by hand, on top of the handset's own look. */
export const LIPA_STYLES = `
.screen.menu{background:#fff;color:#101a30;overflow-y:auto}
.menu form{display:grid;gap:12px;padding:22px 20px 20px;align-content:start}
.menu h1{font-size:1.2rem;color:#0b6b3a}
.menu p{font-size:.9375rem;color:#26324d}
.menu .field{display:grid;gap:4px}
.menu label{font-weight:650}
.menu input{width:100%;min-height:48px;padding:0 14px;border:2px solid #7d8aa8;border-radius:12px;background:#fff;color:#101a30;font:inherit;font-size:1.0625rem}
.menu input[aria-invalid]{border-color:#a3221b}
.menu .wrong{color:#a3221b;font-weight:650}
.menu small{color:#51608a;font-size:.8125rem}
.menu .choices a{display:flex;align-items:center;justify-content:center;min-height:48px;border-radius:14px;border:2px solid #c3cce0;color:#101a30;font-weight:650;text-decoration:none}
.menu :focus-visible{outline-color:#1d3fb8}
`;
