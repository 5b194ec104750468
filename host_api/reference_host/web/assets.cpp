// SPDX-License-Identifier: Apache-2.0
//
// The style of the host's pages and its icon. The program carries them, so that a copied binary is whole.
#include "web/pages.h"

namespace erp::host::web {
namespace {

constexpr std::string_view kCss = R"css(
:root {
  --ink: #1b2430; --soft: #5a6776; --line: #dde3ea; --ground: #f4f6f9; --paper: #ffffff; --accent: #1f5fbf;
  --accent-ink: #ffffff; --accent-soft: #e6effb; --bad: #a3261b; --bad-soft: #fdecea; --shade: 0 1px 2px rgb(20 30 45 / 8%), 0 8px 24px rgb(20 30 45 / 6%);
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6ebf1; --soft: #9aa8b8; --line: #2c3744; --ground: #12181f; --paper: #1a222c; --accent: #7fb0f5;
    --accent-ink: #0d1622; --accent-soft: #21344d; --bad: #ff9d92; --bad-soft: #3a1f1d; --shade: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; color: var(--ink); background: var(--ground); }
body { margin: 0; min-height: 100vh; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 1.25rem; font-weight: 650; letter-spacing: -0.01em; }
h2 { font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.08em; color: var(--soft); margin: 0 0 0.75rem; }
p { margin: 0 0 1rem; }
ul, ol { list-style: none; margin: 0; padding: 0; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--accent); color: var(--accent-ink); padding: 0.6rem 1rem; z-index: 2; }
.skip:focus { left: 0; }
.mark { display: inline-block; width: 1.4rem; height: 1.4rem; border-radius: 0.4rem; background: linear-gradient(135deg, var(--accent), #37a08b); flex: none; }
.brand { display: flex; align-items: center; gap: 0.6rem; font-weight: 650; color: inherit; text-decoration: none; margin: 0; }
button, .button { font: inherit; font-weight: 600; color: var(--accent-ink); background: var(--accent); border: 1px solid transparent; border-radius: 0.5rem; padding: 0.55rem 1rem; min-height: 2.75rem; cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; justify-content: center; }
button:hover, .button:hover { filter: brightness(1.08); }
button.quiet { color: var(--ink); background: transparent; border-color: var(--line); font-weight: 500; min-height: 2.25rem; padding: 0.3rem 0.8rem; }
input, select { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid #8593a3; border-radius: 0.5rem; padding: 0.5rem 0.7rem; min-height: 2.75rem; max-width: 100%; }
.problem { background: var(--bad-soft); color: var(--bad); border: 1px solid currentcolor; border-radius: 0.5rem; padding: 0.75rem 1rem; margin: 0 0 1.25rem; }
.problem p { margin: 0; }
.languages { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.9rem; }
.languages a { color: var(--soft); display: inline-block; padding: 0.25rem 0; }
.languages a[aria-current] { color: var(--ink); font-weight: 650; text-decoration: none; border-bottom: 2px solid var(--accent); }

.login { max-width: 60rem; margin: 0 auto; padding: clamp(1rem, 8vh, 6rem) 1rem 2rem; display: grid; gap: 2.5rem; grid-template-columns: minmax(0, 26rem) minmax(0, 1fr); align-items: start; justify-content: center; }
.login .card:only-child { grid-column: 1 / -1; width: 100%; max-width: 30rem; justify-self: center; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; box-shadow: var(--shade); padding: clamp(1.25rem, 4vw, 2.25rem); }
.card .brand { color: var(--soft); margin-bottom: 1.75rem; }
.card form { display: grid; gap: 0.35rem; margin-bottom: 1.75rem; }
.card label { font-weight: 600; font-size: 0.95rem; margin-top: 0.6rem; }
.card form button { margin-top: 1.25rem; }
.card .code { color: var(--soft); font-variant-numeric: tabular-nums; }
.preview { padding: 1rem 0 0; color: var(--soft); }
.preview > .side > ul { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); align-items: start; }
.preview .side { font-size: 0.95rem; }

.top { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; justify-content: space-between; padding: 0.6rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; }
.frame { display: grid; grid-template-columns: 17rem minmax(0, 1fr); align-items: start; }
.frame > .side { padding: 1.25rem 0.75rem 2rem 1rem; border-right: 1px solid var(--line); min-height: calc(100vh - 3.6rem); }
.side.narrow { display: none; }
.side ul ul { margin-left: 0.55rem; padding-left: 0.55rem; border-left: 1px solid var(--line); }
.side li > a, .side li > span { display: block; padding: 0.3rem 0.6rem; border-radius: 0.4rem; }
.side li > a { color: var(--ink); text-decoration: none; }
.side li > a:hover { background: var(--accent-soft); }
.side li > a[aria-current] { background: var(--accent-soft); font-weight: 650; box-shadow: inset 3px 0 0 var(--accent); }
.side .branch { font-weight: 600; color: var(--soft); font-size: 0.9rem; }
.frame > .side > ul > li > .branch, .narrow > nav > ul > li > .branch { text-transform: uppercase; letter-spacing: 0.06em; font-size: 0.75rem; margin-top: 0.75rem; }
main#content { padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 3rem; min-width: 0; }
.crumbs ol { display: flex; flex-wrap: wrap; font-size: 0.875rem; color: var(--soft); margin-bottom: 0.4rem; }
.crumbs li + li::before { content: "›"; padding: 0 0.5rem; }
.lead { color: var(--soft); font-size: 1.05rem; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); }
.cards a { display: block; height: 100%; background: var(--paper); border: 1px solid var(--line); border-radius: 0.8rem; padding: 1.1rem 1.2rem; text-decoration: none; color: inherit; box-shadow: var(--shade); }
.cards a:hover { border-color: var(--accent); }
.cards strong { display: block; color: var(--accent); margin-bottom: 0.2rem; }
.cards span { color: var(--soft); font-size: 0.92rem; }
.choices { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin: 0 0 1.25rem; }
.choices label { display: grid; gap: 0.2rem; font-size: 0.85rem; color: var(--soft); }
.table { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 0.8rem; box-shadow: var(--shade); }
table { border-collapse: collapse; width: 100%; font-size: 0.94rem; }
th, td { padding: 0.55rem 0.9rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: normal; }
thead th { font-size: 0.8rem; color: var(--soft); font-weight: 600; white-space: nowrap; background: var(--ground); }
tbody th { font-weight: 550; }
tbody tr:hover { background: var(--accent-soft); }
tbody tr:last-child > * { border-bottom: 0; }
tfoot > tr > * { font-weight: 700; border-top: 2px solid var(--line); border-bottom: 0; }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.negative { color: var(--bad); }
.empty { border: 2px dashed var(--line); border-radius: 0.8rem; padding: 2rem 1.5rem; color: var(--soft); text-align: center; }
.empty p { margin: 0 auto; max-width: 40rem; }
.more { margin-top: 1rem; }
.chart { margin: 0 0 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.8rem; padding: 1rem 1.2rem 0.6rem; box-shadow: var(--shade); }
.chart figcaption { font-size: 0.85rem; color: var(--soft); font-weight: 600; margin-bottom: 0.5rem; }
.chart svg { display: block; width: 100%; height: auto; }
.chart .up { fill: var(--accent); }
.chart .down { fill: var(--bad); }
.chart text { fill: var(--soft); font-size: 13px; }
.chart line { stroke: var(--line); }

.action { background: var(--paper); border: 1px solid var(--line); border-radius: 0.6rem; padding: 0.6rem 1rem; margin-bottom: 0.6rem; }
.action summary { cursor: pointer; }
.action > summary span { color: var(--soft); }
.action > :nth-child(2) { margin-top: 0.8rem; }
.action p { margin: 0.8rem 0 0.3rem; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.88em; }
pre { white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.6rem 0.8rem; margin: 0 0 0.6rem; }

@media (max-width: 52rem) {
  .login { grid-template-columns: minmax(0, 30rem); }
  .frame { grid-template-columns: minmax(0, 1fr); }
  .side.wide { display: none; }
  .frame > .side.narrow { display: block; min-height: 0; padding: 0; border: 0; border-bottom: 1px solid var(--line); background: var(--paper); }
  .narrow summary { padding: 0.8rem 1.25rem; font-weight: 600; cursor: pointer; }
  .narrow nav { padding: 0 1rem 1rem; }
  .narrow li > a { padding-block: 0.5rem; }
}
@media (max-width: 40rem) {
  .table { overflow: visible; background: none; border: 0; box-shadow: none; }
  table, tbody, tfoot, tr, td, tbody th, tfoot th { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr, tfoot tr { background: var(--paper); border: 1px solid var(--line); border-radius: 0.8rem; padding: 0.6rem 1rem; margin-bottom: 0.75rem; }
  th, td { border: 0; padding: 0.15rem 0; }
  tfoot > tr > * { border: 0; }
  tbody th, tfoot th { font-weight: 650; padding-bottom: 0.3rem; }
  td { display: flex; justify-content: space-between; gap: 1rem; text-align: right; }
  td::before { content: attr(data-label); color: var(--soft); font-weight: 400; text-align: left; white-space: normal; }
  .choices label, .choices input, .choices select, .choices button { width: 100%; }
  .chart text { font-size: 24px; }
  .chart text:nth-of-type(even) { display: none; }
}
@media (forced-colors: active) {
  .side li > a[aria-current], .languages a[aria-current] { border: 2px solid SelectedItem; }
  .chart .up { fill: CanvasText; }
  .chart .down { fill: LinkText; }
}
@media print {
  .top, .side, .choices, .crumbs, .more { display: none !important; }
  .frame { display: block; }
}
)css";

constexpr std::string_view kIcon =
    R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1f5fbf"/><path d="M8 22V10h4v12zm6 0v-7h4v7zm6 0V6h4v16z" fill="#fff"/></svg>)svg";

constexpr Asset kAssets[] = {{"host.css", kCss, "text/css; charset=utf-8"}, {"icon.svg", kIcon, "image/svg+xml"}};

}  // namespace

const Asset* find_asset(std::string_view name) {
  for (const Asset& asset : kAssets) {
    if (asset.name == name) return &asset;
  }
  return nullptr;
}

}  // namespace erp::host::web
