/** The style of a report: light and dark, from the width of a phone on. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --ink: #1d1f23; --soft: #62666e; --rule: #e4e4e1; --warn: #fff4de; --warn-ink: #7a4b00;
  --c0: #2f6fde; --c1: #d9662b; --c2: #1f9d6b; --c3: #8457d0; --c4: #c93f59; --c5: #17899c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131519; --card: #1b1e24; --ink: #e8e8e6; --soft: #9a9ea8; --rule: #2d3139; --warn: #3a2c10; --warn-ink: #ffd68a;
    --c0: #6ea0ff; --c1: #ff9a5c; --c2: #4fcf9c; --c3: #b394ff; --c4: #ff7f95; --c5: #52c7da;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 40px 0 12px; }
h3 { font-size: 1rem; margin: 0 0 2px; }
p { margin: 0; }
.soft, figcaption, .note { color: var(--soft); }
.note { font-size: .85rem; margin-bottom: 8px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(136px, 1fr)); gap: 12px; margin: 24px 0 0; padding: 0; }
.facts div, .card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 12px 14px; min-width: 0; }
.facts dt { color: var(--soft); font-size: .8rem; }
.facts dd { margin: 0; font-size: 1.1rem; font-weight: 600; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; }
.warning { background: var(--warn); color: var(--warn-ink); border-radius: 10px; padding: 12px 14px; margin-bottom: 10px; }
.warning b { text-transform: capitalize; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 12px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--rule); }
polyline { fill: none; stroke-linejoin: round; }
.line { stroke-width: 2; }
.raw { stroke-width: 1; opacity: .28; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; list-style: none; margin: 8px 0 0; padding: 0; font-size: .85rem; color: var(--soft); }
.legend b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
.key { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin: 0 6px 4px 0; }
${[0, 1, 2, 3, 4, 5].map((i) => `polyline.c${i} { stroke: var(--c${i}); } .key.c${i} { background: var(--c${i}); } .dot.c${i} { fill: var(--c${i}); }`).join('\n')}
figure { margin: 0; }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; border-radius: 6px; background: #fff; }
.time { display: flex; align-items: center; justify-content: flex-end; gap: 12px; margin-top: 12px; }
.time[hidden] { display: none; }
.time input { flex: 1; min-width: 0; accent-color: var(--c0); }
.time output { min-width: 6.5em; text-align: right; font-variant-numeric: tabular-nums; }
.strip { display: flex; gap: 12px; overflow-x: auto; }
.strip figure { flex: 0 0 min(80%, 420px); }
.scripted .strip figure, .scripted figcaption { display: none; }
.scripted .strip figure.shown { display: block; flex: 1 0 100%; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
td { padding: 6px 0; border-top: 1px solid var(--rule); vertical-align: top; overflow-wrap: anywhere; }
tr:first-child td { border-top: 0; }
td:first-child { color: var(--soft); padding-right: 16px; white-space: nowrap; }
td:last-child { text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 640px) { svg text { font-size: 20px; } td:first-child { white-space: normal; min-width: 7em; } }
th { text-align: right; font-weight: 400; color: var(--soft); }
.results td { text-align: right; padding-left: 12px; overflow-wrap: normal; }
.results td:first-child { text-align: left; padding-left: 0; white-space: normal; }
.results .note { margin: 8px 0 0; }
ul.examples { margin: 4px 0 0; padding-left: 1.2em; font-size: .92rem; }
pre { margin: 12px 0 0; overflow-x: auto; font-size: .82rem; line-height: 1.45; }
summary { cursor: pointer; font-weight: 600; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; align-items: start; }
`;

/** Turns strips of samples into one picture with a slider; without it they stay strips. */
export const REPORT_SCRIPT = `
for (const box of document.querySelectorAll('.samples')) {
  const figures = [...box.querySelectorAll('figure')];
  const slider = box.querySelector('input');
  const output = box.querySelector('output');
  const show = () => {
    figures.forEach((figure, index) => figure.classList.toggle('shown', index === Number(slider.value)));
    output.textContent = 'step ' + figures[slider.value].dataset.step;
  };
  slider.max = figures.length - 1;
  slider.value = figures.length - 1;
  slider.addEventListener('input', show);
  box.querySelector('.time').hidden = false;
  slider.hidden = figures.length < 2;
  box.classList.add('scripted');
  show();
}
`;
